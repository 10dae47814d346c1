/** A day as people write it, in a time zone: 3 Nov 2026. */
export const dayOf = (instant: string | Date, timeZone = 'UTC'): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(
    new Date(instant),
  );
