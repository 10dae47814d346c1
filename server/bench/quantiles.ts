/** The values below which the given shares of a sample lie; NaN for an empty sample. */
export function quantiles<const Shares extends readonly number[]>(
  sample: readonly number[],
  shares: Shares,
): { [K in keyof Shares]: number } {
  const sorted = Float64Array.from(sample).toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return shares.map(at) as { [K in keyof Shares]: number };
}

export const median = (sample: readonly number[]): number => quantiles(sample, [0.5])[0];
