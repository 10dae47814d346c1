import { expect, test } from 'vitest';
import { personColour } from './person-colour.ts';

const ids = Array.from({ length: 500 }, (_, at) => `0192f0c0-0000-7000-8000-${String(at).padStart(12, '0')}`);

/** Contrast with white by WCAG 2.2. */
function contrastWithWhite(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

test('a person has one colour, which carets can be drawn in', () => {
  for (const id of ids) expect(personColour(id)).toMatch(/^#[0-9a-f]{6}$/);
  expect(personColour('ada')).toBe(personColour('ada'));
});

test('people one after the other are told apart', () => {
  expect(new Set(ids.map(personColour)).size).toBeGreaterThan(200);
});

test('white text on it can be read, whoever it is', () => {
  expect(Math.min(...ids.map((id) => contrastWithWhite(personColour(id))))).toBeGreaterThan(4.4);
});
