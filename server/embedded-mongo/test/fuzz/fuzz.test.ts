import { expect, test } from 'vitest';
import { fromText, toText, type Outcome } from './case.ts';
import { compareEngines } from './compare.ts';
import { KEPT } from './kept.ts';
import { askOurs } from './ours.ts';

const url = process.env['MONGODB_REFERENCE_URL'];

test.each(KEPT)('$kind of $given', ({ kind, given, expected }) => {
  expect(said(askOurs({ kind, given: fromText(given) }))).toEqual(expected);
});

const said = (outcome: Outcome): unknown => {
  if ('documents' in outcome) return { documents: toText(new Map([['', outcome.documents]])) };
  return 'code' in outcome ? { code: outcome.code } : outcome;
};

test.skipIf(!url)(
  'the query language answers as the reference engine does',
  async () => {
    const report = await compareEngines({ url: url ?? '', seed: 1, count: 3000, most: 5, say: () => {} });
    expect(report.disagreements).toEqual([]);
  },
  120_000,
);
