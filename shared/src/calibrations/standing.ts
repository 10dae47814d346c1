/** What a certificate is worth at a moment. Never stored: time and acts make it. */
export const standings = ['pending', 'valid', 'expired', 'revoked', 'failed'] as const;
export type Standing = (typeof standings)[number];

/** What standings depend on. Times are instants. */
export type Judged = {
  id: string;
  performedAt: string;
  validFrom: string;
  expiresAt: string;
  result: 'pass' | 'adjusted' | 'fail';
  ended: { at: string } | null;
  revoked: { doubtfulSince: string } | null;
  createdAt: string;
};

/**
 * What a certificate is worth: a revoked one nothing, whatever it said; a failed calibration never made anything valid.
 * Otherwise it is valid from `validFrom` on and until just before it ends.
 */
export function standingOf(
  calibration: Pick<Judged, 'validFrom' | 'expiresAt' | 'result' | 'ended' | 'revoked'>,
  now: Date,
): Standing {
  if (calibration.revoked) return 'revoked';
  if (calibration.result === 'fail') return 'failed';
  if (now.getTime() >= endOf(calibration)) return 'expired';
  return now.getTime() < Date.parse(calibration.validFrom) ? 'pending' : 'valid';
}

/** When a certificate ends, or ended by hand before that. */
export const endOf = ({ expiresAt, ended }: Pick<Judged, 'expiresAt' | 'ended'>): number =>
  Math.min(Date.parse(expiresAt), ended ? Date.parse(ended.at) : Infinity);

/** What all the certificates of an instrument together say at a moment. */
export type InstrumentStanding<C extends Judged = Judged> = {
  standing: Standing | 'missing';
  /** The certificate that says so; null where there is none. */
  deciding: C | null;
  /** Valid: when no recorded certificate covers the instrument any more. Otherwise: since when none does, where one did. */
  dueAt: Date | null;
  /** The certificate that ends then. */
  dueBy: C | null;
  /** When time alone changes any of this; null where it never does. */
  nextChangeAt: Date | null;
};

/**
 * The latest valid wins: of several valid certificates the one performed last. A failed calibration takes the worth of
 * every certificate performed before it, until a later one passes; one that was revoked counts for nothing, so an older
 * one that is still valid takes over. Where none is valid the one that comes next decides, otherwise the one performed
 * last.
 */
export function instrumentStanding<C extends Judged>(calibrations: readonly C[], now: Date): InstrumentStanding<C> {
  const inOrder = calibrations.toSorted(inOrderOfPerformance);
  const lastFailed = inOrder.findLastIndex((one) => one.result === 'fail' && !one.revoked);
  const counting = inOrder.slice(lastFailed + 1).filter((one) => one.result !== 'fail' && !one.revoked);
  const nextChangeAt = nextOf(counting, now);
  const of = (standing: Standing) => counting.filter((one) => standingOf(one, now) === standing);
  const valid = of('valid').at(-1);
  if (valid) return { standing: 'valid', deciding: valid, ...coverage(counting, now), nextChangeAt };
  const last = latest(of('expired'), endOf);
  const due = { dueAt: last ? new Date(endOf(last)) : null, dueBy: last ?? null };
  const next = of('pending').toSorted((a, b) => Date.parse(a.validFrom) - Date.parse(b.validFrom))[0];
  if (next) return { standing: 'pending', deciding: next, ...due, nextChangeAt };
  const deciding = inOrder.at(-1) ?? null;
  return { standing: deciding ? standingOf(deciding, now) : 'missing', deciding, ...due, nextChangeAt };
}

/** Calibrations from the first performed to the last; of two of the same moment the one recorded later is the later. */
export function inOrderOfPerformance(a: Judged, b: Judged): number {
  return (
    Date.parse(a.performedAt) - Date.parse(b.performedAt) ||
    Date.parse(a.createdAt) - Date.parse(b.createdAt) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** How far certificates that follow one another without a gap reach from now on. */
function coverage<C extends Judged>(counting: readonly C[], now: Date): { dueAt: Date; dueBy: C | null } {
  let until = now.getTime();
  let by: C | null = null;
  for (;;) {
    const on = latest(
      counting.filter((one) => Date.parse(one.validFrom) <= until),
      endOf,
    );
    if (!on || endOf(on) <= until) return { dueAt: new Date(until), dueBy: by };
    [until, by] = [endOf(on), on];
  }
}

/** The next moment at which one of them begins or ends. */
function nextOf(counting: readonly Judged[], now: Date): Date | null {
  const moments = counting
    .filter((one) => endOf(one) > Date.parse(one.validFrom))
    .flatMap((one) => [Date.parse(one.validFrom), endOf(one)])
    .filter((moment) => moment > now.getTime());
  return moments.length === 0 ? null : new Date(Math.min(...moments));
}

function latest<C>(items: readonly C[], momentOf: (item: C) => number): C | undefined {
  return items.toSorted((a, b) => momentOf(a) - momentOf(b)).at(-1);
}
