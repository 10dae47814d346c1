import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

const lookEveryMs = 1000;
/** A second of which this much went into work leaves something behind that is worth collecting. */
const atWork = 0.1;
/**
 * V8 begins to collect, a few milliseconds at a time, when so much more lies outside of its heap. Nobody writes into these
 * bytes, so that they take no memory.
 */
const manyBytes = 300_000_000;

type Collection = 'quick' | 'compact';

/**
 * After how many seconds of rest it is collected: at once, when what is kept for a moment has been let go, and when nobody
 * seems to be there; then what is left is moved together, for which the thread stands still for twice as long.
 */
const collections = new Map<number, Collection>([
  [1, 'quick'],
  [5, 'quick'],
  [30, 'compact'],
]);
/** Seconds in which a collection is at work itself. */
const collectingFor = 3;

/** How long a thread has rested, second by second. */
export class Rest {
  #seconds = 0;
  #collectingUntil = 0;

  /** A second has passed, of which this part went into work. Returns what is to be collected now. */
  pass(utilization: number): Collection | null {
    if (utilization >= atWork && this.#seconds >= this.#collectingUntil) this.#seconds = this.#collectingUntil = 0;
    else this.#seconds++;
    const due = collections.get(this.#seconds) ?? null;
    if (due) this.#collectingUntil = this.#seconds + collectingFor;
    return due;
  }
}

/**
 * Has this thread's garbage collected when it comes to rest after work, also that of buffers, and its memory given back:
 * V8 by itself waits until more is allocated, and keeps what a busy hour left behind for as long as nobody comes.
 */
export function collectAtRest(): void {
  const rest = new Rest();
  let last = performance.eventLoopUtilization();
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const due = rest.pass(performance.eventLoopUtilization(now, last).utilization);
    last = now;
    if (due) collect(due);
  }, lookEveryMs).unref();
}

/**
 * What a collection is for is settled when it begins. One that begins while V8 is told to mind its size makes the young
 * generation small and gives back the pages that V8 holds in reserve, which hardly any other does.
 */
function collect(what: Collection): void {
  setFlagsFromString('--optimize-for-size');
  if (what === 'quick') setFlagsFromString('--no-compact');
  beginToCollect();
  setFlagsFromString('--compact');
  setFlagsFromString('--no-optimize-for-size');
}

function beginToCollect(): void {
  try {
    void new ArrayBuffer(manyBytes);
  } catch {
    // Where a process may not have so much, V8 has collected before it said so.
  }
}
