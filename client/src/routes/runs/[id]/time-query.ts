type Span = { min: number; max: number };

/** The part of the time that an address says the charts show, in milliseconds; null where it says none. */
export function spanIn(query: Pick<URLSearchParams, 'get'>): Span | null {
  const [, min, max] = /^(\d+)-(\d+)$/.exec(query.get('time') ?? '') ?? [];
  return min === undefined || max === undefined || Number(min) >= Number(max)
    ? null
    : { min: Number(min), max: Number(max) };
}

/** What the address says of a part of the time. */
export const spanQuery = (span: Span | null): { time: string | null } => ({
  time: span === null ? null : `${Math.floor(span.min)}-${Math.ceil(span.max)}`,
});
