/** So much later than it was stored no point is charted, whatever the clock of its instrument says: in milliseconds. */
const mostAhead = 5 * 60 * 1000;

/** When a point is charted: at the time it was measured, in milliseconds since 1970, or stored where none was said. */
export const chartTime = (storedAt: number, measuredAt: number | null): number =>
  Math.min(measuredAt ?? storedAt, storedAt + mostAhead);

/** The same of an event. */
export const chartTimeOf = ({ at, observedAt }: { at: string; observedAt: string | null }): number =>
  chartTime(Date.parse(at), observedAt === null ? null : Date.parse(observedAt));
