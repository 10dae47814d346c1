/** What is measured of drawing. The newest of each is kept, an observer of the browser's performance entries sees all. */
export type DrawTime = 'spc:first-draw' | 'spc:pan-frame';

/** Notes how long it took from `start` (of `performance.now()`) until now. */
export function noteDrawTime(name: DrawTime, start: number): void {
  performance.clearMeasures(name);
  performance.measure(name, { start, end: performance.now() });
}
