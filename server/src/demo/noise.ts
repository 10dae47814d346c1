/** Numbers that look measured and are the same at every start. */
export type Noise = { normal(mean: number, sigma: number): number };

/** Seeded noise: mulberry32, made normal by Box and Muller. */
export function noise(seed: number): Noise {
  let state = seed >>> 0;
  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    normal: (mean, sigma) => mean + sigma * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
