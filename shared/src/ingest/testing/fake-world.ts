import type { World } from '../world.ts';

export type FakeWorld = World & {
  /** Lets everything happen that is due within so many milliseconds, in order. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until something is settled. @throws where nothing is planned any more and it is not. */
  until<T>(work: Promise<T>): Promise<T>;
};

/** A computer whose time passes when a test says so and whose chance is the same each time. */
export function fakeWorld(seed = 1): FakeWorld {
  const timers = new Map<number, { at: number; run: () => void }>();
  let [time, serial, state] = [Date.parse('2026-11-21T08:00:00.000Z'), 0, seed >>> 0];

  /** mulberry32 */
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  }

  /** Runs what comes next, if it is due by then; says whether there was something. */
  async function step(by: number): Promise<boolean> {
    await settle();
    const [next] = [...timers].toSorted(([, a], [, b]) => a.at - b.at);
    if (!next || next[1].at > by) return false;
    timers.delete(next[0]);
    time = Math.max(time, next[1].at);
    next[1].run();
    await settle();
    return true;
  }

  return {
    now: () => time,
    random,
    after(ms, run) {
      const id = ++serial;
      timers.set(id, { at: time + ms, run });
      return () => void timers.delete(id);
    },
    async pass(ms) {
      const end = time + ms;
      while (await step(end));
      time = end;
    },
    async until(work) {
      const state = { settled: false };
      const noted = () => {
        state.settled = true;
      };
      work.then(noted, noted);
      await settle();
      while (!state.settled) if (!(await step(Infinity))) throw new Error('Nothing is planned, and it is not done.');
      return work;
    },
  };
}
