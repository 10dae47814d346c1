import { ObjectId, Timestamp, typeName, type Value } from '../../bson/value.ts';
import { location } from '../errors.ts';

/** A point in time, as a calendar in some zone shows it: the fields of this Date in UTC are the zone's wall clock. */
export type WallClock = Date;

/** @throws MongoError 16006 for what is no date. */
export function toDate(value: Value): Date {
  if (value instanceof Date) return value;
  if (value instanceof Timestamp) return new Date(value.getHighBitsUnsigned() * 1000);
  if (value instanceof ObjectId) return value.getTimestamp();
  throw location(16006, `can't convert from BSON type ${typeName(value)} to Date`);
}

/** Milliseconds that a zone is ahead of UTC at a moment. */
export type Zone = (date: Date) => number;

export const UTC: Zone = () => 0;

const zones = new Map<string, Zone>();

/** A zone by its Olson name or as an offset such as `+02:00`. @throws MongoError 40485. */
export function timeZone(name: string): Zone {
  const known = zones.get(name) ?? findZone(name);
  zones.set(name, known);
  return known;
}

function findZone(name: string): Zone {
  if (name === 'UTC') return UTC;
  const offset = /^(?<sign>[+-])(?<hours>\d\d):?(?<minutes>\d\d)?$/.exec(name)?.groups;
  if (offset) {
    const minutes = Number(offset['hours']) * 60 + Number(offset['minutes'] ?? 0);
    return minutes === 0 ? UTC : () => (offset['sign'] === '-' ? -minutes : minutes) * 60_000;
  }
  if (!/^[A-Z]/.test(name)) throw unknownZone(name);
  try {
    return olsonZone(
      new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }),
    );
  } catch {
    throw unknownZone(name);
  }
}

const unknownZone = (name: string) => location(40485, `unrecognized time zone identifier: "${name}"`);

const olsonZone =
  (format: Intl.DateTimeFormat): Zone =>
  (date) => {
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of format.formatToParts(date)) part[type] = value;
    const year = part.era === 'BC' ? 1 - Number(part.year) : Number(part.year);
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
    wall.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
    return wall.getTime() - Math.floor(date.getTime() / 1000) * 1000;
  };

export const wallClock = (date: Date, zone: Zone): WallClock => new Date(date.getTime() + zone(date));

const DAY = 86_400_000;
const dayNumber = (wall: WallClock): number => Math.floor(wall.getTime() / DAY);
const yearStart = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1) / DAY;

export const dayOfYear = (wall: WallClock): number => dayNumber(wall) - yearStart(wall.getUTCFullYear()) + 1;

/** Monday is 1, Sunday 7. */
export const isoDayOfWeek = (wall: WallClock): number => ((wall.getUTCDay() + 6) % 7) + 1;

/** ISO 8601: a week belongs to the year that its Thursday is in. */
export function isoWeek(wall: WallClock): { year: number; week: number } {
  const thursday = new Date((dayNumber(wall) - isoDayOfWeek(wall) + 4) * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((dayNumber(thursday) - yearStart(year)) / 7) + 1 };
}

/** Weeks begin on Sunday; the days before the first Sunday are week 0. */
export const sundayWeek = (wall: WallClock): number => Math.floor((dayOfYear(wall) + 6 - wall.getUTCDay()) / 7);
