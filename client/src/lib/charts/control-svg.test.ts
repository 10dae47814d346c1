import { expect, test } from 'vitest';
import type { ControlPoint } from './control-point.ts';
import { controlSvg, type ChartSheet } from './control-svg.ts';
import { paperPalette } from './paper-palette.ts';

const lines = { center: 10, sigma: 1, ucl: 13, lcl: 7 };
const point = (index: number, value: number | null, over: Partial<ControlPoint> = {}): ControlPoint => ({
  index,
  at: Date.UTC(2026, 10, 21) + index * 60_000,
  value,
  ...lines,
  items: [value],
  size: null,
  signals: [],
  excluded: null,
  runId: null,
  label: '',
  ...over,
});
const excluded = { byName: 'Ada', at: '2026-11-21T10:00:00.000Z', reason: 'Pump' };

const sheet = (over: Partial<ChartSheet> = {}): ChartSheet => ({
  title: 'Etch pressure',
  subtitle: 'Points 1 to 4',
  unit: 'mTorr',
  points: [point(0, 10), point(1, 14, { signals: ['WE1'] }), point(2, 12, { excluded }), point(3, 11)],
  phases: [
    { start: 0, name: 'Phase 1', basis: { first: 0, last: 0 } },
    { start: 2, name: 'After service', basis: null },
  ],
  rules: [{ id: 'WE1', words: 'One point beyond 3 sigma' }],
  x: 'number',
  span: { min: -0.5, max: 3.5 },
  range: { min: 6, max: 15 },
  palette: paperPalette,
  width: 900,
  height: 420,
  ...over,
});

function read(svg: string): Document {
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(document.querySelector('parsererror')?.textContent).toBeUndefined();
  return document;
}
const texts = (document: Document) => [...document.querySelectorAll('text')].map(({ textContent }) => textContent);

test('title, axes, names of lines, phases and rules stand on it', () => {
  const shown = texts(read(controlSvg(sheet())));
  expect(shown).toEqual(
    expect.arrayContaining([
      'Etch pressure',
      'mTorr',
      'UCL 13',
      'CL 10',
      'LCL 7',
      'Phase 1',
      'After service',
      '1',
      '4',
    ]),
  );
  expect(shown.slice(-2)).toEqual([
    'WE1: One point beyond 3 sigma',
    'Excluded: counts neither for limits nor for rules',
  ]);
});

test('names and words are text, whatever they hold', () => {
  const evil = '</title><script>alert(1)</script>"\'&\u0000\u0008';
  const phases = [{ start: 0, name: evil, basis: null }, { start: 2, name: evil, basis: null }]; // prettier-ignore
  const rules = [{ id: 'WE1', words: evil }];
  const document = read(controlSvg(sheet({ title: evil, subtitle: evil, unit: evil, phases, rules })));
  expect(document.querySelectorAll('script')).toHaveLength(0);
  expect(document.querySelector('title')?.textContent).toBe('</title><script>alert(1)</script>"\'&\u{fffd}\u{fffd}');
  const active = [...document.querySelectorAll('*')].flatMap(({ attributes }) =>
    [...attributes].filter(({ name }) => /^on|href|style/.test(name)),
  );
  expect(active).toEqual([]);
});

test('of ten thousand points those that break a rule are all drawn', () => {
  const points = Array.from({ length: 10_000 }, (_, i) =>
    i % 100 === 7 ? point(i, 14, { signals: ['WE1'] }) : point(i, 10 + Math.sin(i)),
  );
  const document = read(controlSvg(sheet({ points, phases: [], span: { min: 0, max: 9999 } })));
  expect(document.querySelectorAll('path[transform]')).toHaveLength(100 + 1);
  expect(document.querySelectorAll('circle')).toHaveLength(0);
});

test('lines step where a phase begins, each phase for itself', () => {
  const points = [
    point(0, 10),
    point(1, 10),
    point(2, 10, { center: 9, ucl: 11 }),
    point(3, 10, { center: 9, ucl: 11 }),
  ];
  const document = read(controlSvg(sheet({ points })));
  const upper = document.querySelector('path[stroke-dasharray="6 4"]')?.getAttribute('d') ?? '';
  expect(upper.match(/M/g)).toHaveLength(2);
  expect(upper.match(/L/g)).toHaveLength(2);
});

test('a chart without points or limits is still a drawing', () => {
  const bare = { ucl: null, lcl: null, center: null, sigma: null };
  expect(texts(read(controlSvg(sheet({ points: [], phases: [] }))))).toContain('Etch pressure');
  expect(texts(read(controlSvg(sheet({ points: [point(0, 3, bare)], phases: [] }))))).not.toContain('CL 10');
});
