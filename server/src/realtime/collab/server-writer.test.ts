import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import {
  anEntry,
  openTab,
  startCollab,
  synced,
  textOf,
  until,
  type CollabHouse,
} from '../../../test/collab/collab-house.ts';
import { MemoryLog } from '../../../test/collab/memory-log.ts';

let house: CollabHouse;
afterEach(() => house.close());

const ada = { id: 'ada', name: 'Ada', sessionId: 'session-of-ada', orgId: 'org-1' };

/** The update that puts a text in front of what is there. */
const inFront =
  (text: string) =>
  (content: Uint8Array): Uint8Array => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, content);
    const before = Y.encodeStateVector(doc);
    doc.getText('t').insert(0, text);
    return Y.encodeStateAsUpdate(doc, before);
  };

test('[RT52] what the server writes for a person is logged under their name, and told to who is there', async () => {
  const log = new MemoryLog();
  house = await startCollab({ log });
  const entry = anEntry();
  const tab = openTab(house.url, entry, 'ben');
  await synced(tab);
  tab.doc.getText('t').insert(0, 'etch');
  await until(() => log.of(entry).length > 0);
  await house.collab.edit(entry, ada, inFront('Dry '));
  expect(log.of(entry).at(-1)?.parts).toMatchObject([{ personId: 'ada', sessionId: 'session-of-ada' }]);
  await until(() => textOf(tab) === 'Dry etch');
  tab.destroy();
  await until(() => house.collab.load().rooms === 0);
});

test('[RT52] where nobody is, the room is gone again afterwards; nothing to write is no record', async () => {
  const log = new MemoryLog();
  house = await startCollab({ log });
  const entry = anEntry();
  await house.collab.edit(entry, ada, () => null);
  expect(log.of(entry)).toEqual([]);
  await house.collab.edit(entry, ada, inFront('etch'));
  expect(log.content(entry).getText('t').toJSON()).toBe('etch');
  await until(() => house.collab.load().rooms === 0);
});

test('[RT52] it is done when it is durable, and says so when it is not', async () => {
  const log = new MemoryLog();
  house = await startCollab({ log });
  const entry = anEntry();
  log.gate = async (step) => {
    if (step === 'append') throw new Error('store away');
  };
  await expect(house.collab.edit(entry, ada, inFront('etch'))).rejects.toThrow('store away');
  log.gate = async () => undefined;
  await house.collab.edit(entry, ada, inFront('Dry'));
  expect(log.content(entry).getText('t').toJSON()).toBe('Dry');
});

test('[RT52] what cannot be an update is refused', async () => {
  const log = new MemoryLog();
  house = await startCollab({ log });
  const entry = anEntry();
  await expect(house.collab.edit(entry, ada, () => Uint8Array.of(1, 2, 3))).rejects.toThrow(/refused/);
  expect(log.of(entry)).toEqual([]);
});

test('[RT53] an amendment that another process overtakes is made on what is there then', async () => {
  const log = new MemoryLog();
  house = await startCollab({ log });
  const entry = anEntry();
  let seen = 0;
  await house.collab.amend(entry, { personId: 'ada' }, (content) => {
    const update = inFront('etch')(content);
    // The other process writes between our reading and our writing.
    if (seen++ === 0) {
      const record = {
        seq: 1,
        parts: [{ personId: 'ben', sessionId: null, update: inFront('Dry')(content) }],
        at: new Date(),
      };
      void log.append([{ document: entry, record }]);
      return update;
    }
    return null;
  });
  expect([seen, log.of(entry).length, log.content(entry).getText('t').toJSON()]).toEqual([2, 1, 'Dry']);
});
