import type { LimitSource, Phase } from '@cobench/shared/series/phase';
import type { ChartKind } from '@cobench/shared/spc/charts';

export type MovableLine = 'ucl' | 'center' | 'lcl';
type Lines = { center: number; ucl: number | null; lcl: number | null };

/** The lines that can be moved by hand: those that follow centre and sigma evenly. */
export function movableLines(kind: ChartKind, { center, ucl, lcl }: Lines): MovableLine[] {
  if (kind === 'cusum' || kind === 't' || kind === 'g') return [];
  const isCut = ucl !== null && lcl !== null && Math.abs(ucl - center - (center - lcl)) > 1e-6 * (ucl - lcl);
  return ['ucl' as const, 'center' as const, 'lcl' as const].filter((line) => {
    if (line === 'center') return true;
    return line === 'ucl' ? ucl !== null && ucl > center : lcl !== null && lcl < center && !isCut;
  });
}

/**
 * The limits after a line was moved. The centre takes both limits along; a limit takes the other one along, as both lie
 * equally far from the centre: so many sigma.
 */
export function movedLine(
  { line, to }: { line: MovableLine; to: number },
  { parameters, lines }: { parameters: NonNullable<Phase['parameters']>; lines: Lines },
): LimitSource {
  const { center, sigma } = parameters;
  if (line === 'center') return { from: 'given', center: rounded(center + (to - lines.center), 12), sigma };
  const limit = lines[line];
  const before = limit === null ? 0 : Math.abs(limit - lines.center);
  const after = line === 'ucl' ? to - lines.center : lines.center - to;
  // A limit is never on the wrong side of the centre, nor on it.
  const factor = before === 0 ? 1 : Math.max(after / before, 1e-6);
  return { from: 'given', center, sigma: rounded(sigma * factor, 6) };
}

/** Of sigma six digits say more than a hand can; a centre may be large beside its sigma. */
const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));
