import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rhythm } from './rhythm.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function aRhythm() {
  const beats: string[] = [];
  let beat = '';
  const rhythm = new Rhythm({
    play(waiting) {
      beat = '';
      for (const take of waiting) take();
      beats.push(beat);
    },
  });
  return { beats, rhythm, say: (word: string) => rhythm.add(() => (beat += word)) };
}

test('what comes alone is taken at once', () => {
  const { beats, say } = aRhythm();
  say('a');
  expect(beats).toEqual(['a']);
});

test('what comes in a crowd is taken together on the next beat, in order', () => {
  const { beats, say } = aRhythm();
  for (const word of ['a', 'b', 'c']) say(word);
  expect(beats).toEqual(['a']);
  vi.advanceTimersByTime(49);
  expect(beats).toEqual(['a']);
  say('d');
  vi.advanceTimersByTime(1);
  expect(beats).toEqual(['a', 'bcd']);
});

test('what waits can be taken before its beat, and then only once', () => {
  const { beats, rhythm, say } = aRhythm();
  say('a');
  say('b');
  rhythm.flush();
  vi.advanceTimersByTime(100);
  expect(beats).toEqual(['a', 'b']);
});
