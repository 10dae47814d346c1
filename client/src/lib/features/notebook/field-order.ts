/**
 * A number between two neighbours' for something that comes between them; undefined where there is no neighbour. Two
 * people who put something at the same place at once get the same number, and ids decide.
 */
export function orderBetween(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return after === undefined ? 1 : after - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

/** Whether there is room between each two neighbours: halving a gap often enough uses up the digits of a number. */
export const areApart = (orders: readonly number[]): boolean =>
  orders.every((order, at) => at === 0 || order - (orders[at - 1] ?? 0) > smallestGap);

const smallestGap = 1e-6;
