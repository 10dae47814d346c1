import { afterEach, expect, test, vi } from 'vitest';
import { answers, pageOf, refusal } from '../../../test/answers.ts';
import { FakeLive } from '../../../test/fake-live.ts';
import { anInstrument } from '../../../test/lab-records.ts';
import { anId } from '../../../test/records.ts';
import { InstrumentEdit } from './instrument-edit.svelte.ts';
import { InstrumentList, type InstrumentFilter } from './instrument-list.svelte.ts';
import { InstrumentPage } from './instrument-page.svelte.ts';
import { SetState } from './set-state.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const one = `/api/v1/instruments/${anId(40)}`;
const everything: InstrumentFilter = { q: '', state: null, archived: false };

async function aList(filter: InstrumentFilter = everything, instruments = [anInstrument()]) {
  const sent = answers({ 'GET /api/v1/instruments': () => pageOf(instruments) });
  const live = new FakeLive();
  const list = new InstrumentList(() => filter);
  list.follow(live);
  await list.pages.load();
  return { list, live, sent, instruments };
}

test('the list asks for what the address says', async () => {
  const { sent } = await aList({ q: 'rie', state: 'down', archived: true });
  expect(sent[0]?.url).toBe('/api/v1/instruments?q=rie&state=down&show=archived');
});

test('a change shows in its row at once, an older one never, and what belongs no more goes', async () => {
  const { list, live, sent } = await aList();
  live.say('instrument.changed', anInstrument({ version: 3, state: 'down' }));
  live.say('instrument.changed', anInstrument({ version: 2, state: 'maintenance' }));
  expect(list.pages.items[0]?.state).toBe('down');
  live.say('instrument.changed', anInstrument({ version: 4, archivedAt: '2026-11-21T10:00:00.000Z' }));
  expect(list.pages.items).toEqual([]);
  expect(sent).toHaveLength(1);
});

test('one that is new, or called otherwise, is asked for in its place', async () => {
  const { live, sent } = await aList();
  live.say('instrument.changed', anInstrument({ id: anId(41), name: 'ALD-1' }));
  live.say('instrument.changed', anInstrument({ name: 'A new name', version: 2 }));
  expect(sent).toHaveLength(3);
});

test('the page follows its instrument, and no other', async () => {
  answers({ [`GET ${one}`]: anInstrument({ version: 2 }) });
  const live = new FakeLive();
  const page = new InstrumentPage(anId(40), live);
  const leave = page.follow();
  await expect.poll(() => page.instrument?.version).toBe(2);
  live.say('instrument.changed', anInstrument({ version: 3, state: 'down', stateReason: 'Leak' }));
  live.say('instrument.changed', anInstrument({ version: 2 }));
  live.say('instrument.changed', anInstrument({ id: anId(41), version: 9 }));
  expect(page.instrument).toMatchObject({ id: anId(40), state: 'down', version: 3 });
  leave();
  expect(live.listeners).toBe(0);
});

test('one that is not there is said so', async () => {
  answers({ [`GET ${one}`]: () => refusal('resource.missing') });
  const page = new InstrumentPage(anId(40), new FakeLive());
  await page.load();
  expect(page.missing).toBe(true);
});

test('an edit sends only what was changed; after a conflict the next save goes on top of what others did', async () => {
  const theirs = anInstrument({ version: 5, location: 'Bay 9' });
  let conflict = true;
  const sent = answers({
    [`PATCH ${one}`]: () => (conflict ? refusal('edit.conflict') : theirs),
    [`GET ${one}`]: theirs,
  });
  const edit = new InstrumentEdit(anInstrument());
  edit.draft.ownerId = anId(9);
  expect(await edit.submit()).toBe(null);
  expect([edit.theirs, edit.draft.ownerId]).toEqual([theirs, anId(9)]);
  conflict = false;
  expect(await edit.submit()).toEqual(theirs);
  expect(sent.flatMap(({ method, body }) => (method === 'PATCH' ? [body] : []))).toEqual([
    { version: 1, ownerId: anId(9) },
    { version: 5, ownerId: anId(9) },
  ]);
});

test('a reason is asked for unless it is up again', () => {
  const down = new SetState(anId(40), 'down');
  expect([down.ready, new SetState(anId(40), 'up').ready]).toEqual([false, true]);
  down.reason = 'Leak';
  expect(down.ready).toBe(true);
});
