import { duration, quantity } from '#lib/ui/format.ts';

/** How often points come, as the times of the newest ones tell it; pauses between runs count. */
export type SamplingRate = { points: number; milliseconds: number };

/** So many of the newest points tell the rate. */
const mostAsked = 1000;
const week = 7 * 24 * 3_600_000;

/** The rate of points with these times (milliseconds, oldest first); null where they do not tell any. */
export function samplingRate(times: readonly number[]): SamplingRate | null {
  const newest = times.slice(-mostAsked);
  const [first, last] = [newest[0], newest.at(-1)];
  if (first === undefined || last === undefined || last <= first) return null;
  return { points: newest.length - 1, milliseconds: last - first };
}

/** How many points come in a week at this rate. */
export const pointsPerWeek = ({ points, milliseconds }: SamplingRate): number => (points / milliseconds) * week;

/** “At 12 points an hour, as the last 500 points came within 41 h”. */
export function rateInWords(rate: SamplingRate | null): string {
  if (rate === null) return 'How often points come is not known yet: counted per 1,000 points.';
  const { points, milliseconds } = rate;
  return `At ${pace(pointsPerWeek(rate))}, as the last ${quantity(points + 1)} points came within ${duration(milliseconds)}.`;
}

/** False alarms at a rate in words: “3.2 a week”; where the rate is not known, per 1,000 points. `perPoint` is how many one point brings. */
export function alarmsInWords(perPoint: number, rate: SamplingRate | null): string {
  return rate === null
    ? `${rounded(perPoint * 1000)} per 1,000 points`
    : `${rounded(perPoint * pointsPerWeek(rate))} a week`;
}

/** “after 9.2 points, about 46 min”; how long that takes only where the rate is known. */
export function delayInWords(points: number | null, rate: SamplingRate | null): string {
  if (points === null || !Number.isFinite(points)) return 'never';
  const words = `after ${rounded(points)} ${rounded(points) === '1' ? 'point' : 'points'}`;
  return rate === null ? words : `${words}, about ${duration((points / rate.points) * rate.milliseconds)}`;
}

/** A number that is an estimate: two digits are all it is worth. */
export function rounded(value: number): string {
  if (value > 0 && value < 0.01) return 'under 0.01';
  return estimate.format(value);
}

const estimate = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

function pace(perWeek: number): string {
  const perHour = perWeek / (7 * 24);
  if (perHour >= 3600) return `${rounded(perHour / 3600)} points a second`;
  if (perHour >= 60) return `${rounded(perHour / 60)} points a minute`;
  if (perHour >= 1) return `${rounded(perHour)} points an hour`;
  return perWeek >= 7 ? `${rounded(perWeek / 7)} points a day` : `${rounded(perWeek)} points a week`;
}
