/** Certificates speak of days; the moments meant are those of the place where they are recorded. */
export const placeOfDays = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The first moment of a day (2026-11-03) here; null where it is none. */
export const startOf = (day: string): string | null => momentOf(`${day}T00:00:00`);

/** Its last moment: a certificate is valid throughout the day that it names. */
export const endOf = (day: string): string | null => momentOf(`${day}T23:59:59.999`);

/** A moment as a day here, for the field of a form. */
export function dayHere(moment: string | number): string {
  const at = new Date(moment);
  const [year, month, day] = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The same day of the next year, as most certificates are valid for one; null where the day is none. */
export function aYearAfter(day: string): string | null {
  const at = new Date(`${day}T00:00:00`);
  return Number.isNaN(at.getTime()) ? null : dayHere(at.setFullYear(at.getFullYear() + 1));
}

function momentOf(local: string): string | null {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
