import type { ChartParameters, ChartState } from './charts.ts';

/** The size by which each point gets its lines; `remembered` is for the state of the chart. */
export type SizeOfPoints = { of(size: number): number; remembered(): ChartState };

/**
 * A gap has the lines of the usual size or, where lines were given without any data, those of the last size there was; so
 * has a subgroup below `least`.
 */
export function gapSize({ size: usual }: ChartParameters, state: ChartState | undefined, least = 1): SizeOfPoints {
  let last = usual ?? state?.size ?? least;
  return {
    of(size) {
      if (size < least) return last;
      if (usual === undefined) last = size;
      return size;
    },
    remembered: () => (usual === undefined ? { size: last } : {}),
  };
}

/** The usual size as a part of parameters; nothing where it is not known. */
export const knownSize = (size: number | undefined): { size?: number } => (size === undefined ? {} : { size });
