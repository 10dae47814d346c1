/** Days that a report is about, as “2026-11-21”, both included; null: without that end. */
export type Period = { from: string | null; to: string | null };

/** The first moment of a period, and the first one after it, in milliseconds since 1970. Days begin when they begin here. */
export const momentsOf = ({ from, to }: Period): { start: number; end: number } => ({
  start: from === null ? -Infinity : beginOf(from),
  end: to === null ? Infinity : beginOf(to, 1),
});

function beginOf(day: string, later = 0): number {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + later);
  return date.getTime();
}
