import type { XUnit } from './axes.ts';
import type { Span } from './plot.ts';
import { timeLabels } from './time-axis.ts';

/** Where an axis is labelled, and with what. */
export type Tick = { at: number; label: string };

/** Round values between the ends of a range, about so many. */
export function valueTicks({ min, max }: Span, count: number): Tick[] {
  const step = roundStep((max - min) / Math.max(1, count));
  const [first, last] = [Math.ceil(min / step), Math.floor(max / step)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = (first + i) * step;
    return { at, label: valueLabel(at, step) };
  });
}

/** Ticks of the horizontal axis, at least `space` pixels apart on `width` of them. Points are counted from 1. */
export function xTicks({ min, max }: Span, { x, width, space }: { x: XUnit; width: number; space: number }): Tick[] {
  const least = ((max - min) * space) / Math.max(1, width);
  return x === 'time' ? timeTicks({ min, max }, least) : numberTicks({ min, max }, Math.max(1, roundStep(least)));
}

function numberTicks({ min, max }: Span, step: number): Tick[] {
  const [first, last] = [Math.ceil((min + 1) / step), Math.floor((max + 1) / step)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
    .filter((number) => number >= 1)
    .map((number) => ({ at: number - 1, label: String(number) }));
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const distances = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90, 180, 365].map((count) => count * day),
];

function timeTicks({ min, max }: Span, least: number): Tick[] {
  const distance = distances.find((candidate) => candidate >= least) ?? roundStep(least);
  // Days begin when they begin here.
  const offset = new Date(min).getTimezoneOffset() * minute;
  const [first, last] = [Math.ceil((min - offset) / distance), Math.floor((max - offset) / distance)];
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * distance + offset);
  const labels = timeLabels(places, distance);
  return places.map((at, i) => ({ at, label: labels[i] ?? '' }));
}

/** The next of 1, 2, 5, 10, 20 … that is not below. */
function roundStep(least: number): number {
  if (!(least > 0) || !Number.isFinite(least)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** As many decimals as tell neighbours apart. */
function valueLabel(value: number, step: number): string {
  const size = Math.max(Math.abs(value), step);
  if (size >= 1e7 || step < 1e-6) return Math.abs(value) < step / 2 ? '0' : value.toExponential(digitsFor(size, step));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

const digitsFor = (size: number, step: number): number =>
  Math.max(0, Math.min(15, Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(step) + 1e-9)));
