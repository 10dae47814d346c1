import { wordsIn } from '@cobench/shared/editor/plain-node';
import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { aWriting } from '../../../test/past.ts';
import { anId } from '../../../test/records.ts';
import { Replay } from './replay.svelte.ts';

const document = { kind: 'entry', id: anId(1) } as const;
const path = `GET /api/v1/entries/${document.id}/history/changes`;

async function aReplay(text = 'abcdef', { gapMs = 100, perPage = 3 } = {}) {
  const pages = aWriting(text, { gapMs, perPage });
  const sent = answers({ [path]: () => pages.shift() });
  const replay = new Replay(document);
  await replay.load(new AbortController().signal);
  return { replay, sent };
}
const shown = (replay: Replay): string => replay.blocks.map((block) => wordsIn(block)).join('|');

test('all changes are fetched page by page, and any moment is shown at once', async () => {
  const { replay, sent } = await aReplay();
  expect(sent.map(({ url }) => new URL(url, 'http://x').searchParams.get('after'))).toEqual(['0', '3', '6']);
  expect([replay.loaded, replay.share, replay.position, shown(replay)]).toEqual([7, 1, -1, '']);
  replay.seek(6);
  expect([shown(replay), replay.atEnd]).toEqual(['abcdef', true]);
  replay.seek(3);
  expect(shown(replay)).toBe('abc');
  replay.step(-1);
  expect([shown(replay), replay.now?.person.name, replay.now?.added]).toEqual(['ab', 'Ada Byron', 1]);
  replay.seek(99);
  replay.step(1);
  expect(replay.position).toBe(6);
});

test('who types is told across pages, and fresh text is in their colour', async () => {
  const { replay } = await aReplay('ab');
  replay.seek(2);
  const line = replay.blocks[0]?.content ?? [];
  expect(line.map(({ text, by }) => [text, replay.people[by - 1]?.name])).toEqual([
    ['a', 'Max Born'],
    ['b', 'Ada Byron'],
  ]);
});

test('it plays at its speed, skips pauses, stops at the end and begins again', async () => {
  const { replay } = await aReplay('abcdef', { gapMs: 500, perPage: 100 });
  replay.speed = 1;
  replay.toggle();
  replay.tick(400);
  expect(replay.position).toBe(0);
  replay.tick(200);
  expect(replay.position).toBe(1);
  replay.speed = 10;
  replay.tick(1000);
  expect([replay.position, replay.playing]).toEqual([6, false]);
  replay.toggle();
  expect([replay.position, replay.playing]).toEqual([-1, true]);

  const { replay: slow } = await aReplay('ab', { gapMs: 3_600_000, perPage: 100 });
  slow.speed = 1;
  slow.toggle();
  slow.tick(700);
  slow.tick(700);
  expect([shown(slow), slow.pause]).toEqual(['ab', 3_600_000]);
});

test('a step or a failure leaves what is there; trying again fetches only the rest', async () => {
  const pages = aWriting('abcdef', { gapMs: 100, perPage: 3 });
  const first = pages.shift();
  answers({ [path]: ({ url }: { url: string }) => (url.includes('after=0') ? first : refusal('service.unavailable')) });
  const replay = new Replay(document);
  await replay.load(new AbortController().signal);
  expect([replay.loaded, replay.problem?.type]).toEqual([3, 'service.unavailable']);
  replay.seek(2);
  expect(shown(replay)).toBe('ab');
  answers({ [path]: () => pages.shift() });
  await replay.load(new AbortController().signal);
  expect([replay.loaded, replay.problem, replay.position]).toEqual([7, null, 2]);
});

test('blocks that did not change stay the same objects: nothing is drawn again', async () => {
  const { replay } = await aReplay('a'.repeat(40), { gapMs: 100, perPage: 100 });
  replay.seek(40);
  const [before] = replay.blocks;
  replay.seek(39);
  expect(replay.blocks[0]).not.toBe(before);
  const [again] = replay.blocks;
  replay.seek(39);
  expect(replay.blocks[0]).toBe(again);
});
