/** A moment as a `datetime-local` field wants it, by the clock of this computer. */
export function localField(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** When a `datetime-local` field says (ISO 8601); null while it is empty. */
export const instantIn = (field: string): string | null => (field === '' ? null : new Date(field).toISOString());
