/** One decision that people who run control charts ask about: what it is called, and what is done here. */
export type Convention = { readonly title: string; readonly says: string };

/**
 * The conventions of the engine, as the product shows them; `docs/spc.md` has the same sentences, and why.
 */
export const conventions: readonly Convention[] = [
  {
    title: 'Beyond a line',
    says: 'Beyond a line is strict: a point exactly on a control limit is not beyond it, above and below alike.',
  },
  {
    title: 'On a zone line',
    says: 'A point on a zone line belongs to the inner zone.',
  },
  {
    title: 'On the centre line',
    says: 'A point on the centre line is on neither side and breaks a run on one side.',
  },
  {
    title: 'Equal neighbours',
    says: 'Two equal neighbours break a trend and an alternation.',
  },
  {
    title: 'm of n points',
    says: 'A rule of m of n points needs all n points, and the newest of them must itself be beyond the line.',
  },
  {
    title: 'After a signal',
    says: 'Nothing starts anew after a signal: each further point that completes the pattern signals again, and belongs to the same alert.',
  },
  {
    title: 'Variable limits',
    says: 'Where limits vary, each point is judged against its own lines.',
  },
  {
    title: 'Missing values',
    says: 'A missing value is a gap: no pattern and no moving range reaches across it.',
  },
  {
    title: 'Natural bounds',
    says: 'Limits of ranges, standard deviations, counts, rates and shares never fall below 0, and those of shares never rise above 1.',
  },
  {
    title: 'Constants',
    says: 'The constants d2, d3 and c4 are computed to ten digits and more, not copied from rounded tables.',
  },
  {
    title: 'A later point',
    says: 'A later point never changes the verdict on an earlier one.',
  },
];
