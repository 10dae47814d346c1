import type { Instrument } from '@cobench/shared/instruments/instrument';

/** Who built it and what it is called by them: “Oxford 80+”. */
export const makeOf = ({ vendor, model }: Pick<Instrument, 'vendor' | 'model'>): string =>
  [vendor, model].filter((part) => part !== '').join(' ');
