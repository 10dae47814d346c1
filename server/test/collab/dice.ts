/** Chances that can be repeated: the same seed rolls the same numbers. Xorshift, 32 bits. */
export type Dice = {
  /** An integer from 0 to sides − 1. */
  roll(sides: number): number;
  pick<T>(things: readonly T[]): T;
};

export function dice(seed: number): Dice {
  let state = seed >>> 0 || 1;
  const roll = (sides: number): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % sides;
  };
  return {
    roll,
    pick<T>(things: readonly T[]): T {
      return things[roll(things.length)]!;
    },
  };
}
