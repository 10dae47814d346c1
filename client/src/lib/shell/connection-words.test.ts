import { expect, test } from 'vitest';
import { connectionWords } from './connection-words.ts';

const live = { state: 'live' } as const;
const wordsFor = (over: Partial<Parameters<typeof connectionWords>[0]>) =>
  connectionWords({ online: true, connection: live, blocked: false, timeOf: () => '12:04', ...over });

test('how the page is connected is said in a word, with what it means', () => {
  expect(wordsFor({})).toMatchObject({ word: 'Live', mood: 'calm' });
  expect(wordsFor({ online: false })).toMatchObject({ word: 'Offline', mood: 'away' });
  expect(wordsFor({ connection: { state: 'reconnecting', since: 0 } })).toMatchObject({
    word: 'Reconnecting… since 12:04',
    mood: 'away',
  });
  expect(wordsFor({ connection: { state: 'signed-out' } }).word).toBe('Signed out');
});

test('a network without websockets is said to be one, whatever lists are waiting for', () => {
  const words = wordsFor({ blocked: true, connection: { state: 'reconnecting', since: 0 } });
  expect([words.word, words.meaning]).toEqual([
    'Connected over HTTP',
    expect.stringContaining('Websockets are blocked on this network'),
  ]);
});
