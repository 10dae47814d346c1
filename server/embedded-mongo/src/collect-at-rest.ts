import { performance } from 'node:perf_hooks';

const lookEveryMs = 1000;
/** A second of which this much went into work leaves something behind that is worth collecting. */
const atWork = 0.1;
/**
 * V8 begins to collect, a few milliseconds at a time, when so much more lies outside of its heap. Nobody writes into these
 * bytes, so that they take no memory.
 */
const manyBytes = 300_000_000;

/** Seconds of rest after which it is collected: at once, and when what is kept for a moment has been let go. */
const collectAfter = [1, 5];

/**
 * Has this thread's garbage collected when it comes to rest after work, also that of buffers: V8 by itself waits until
 * more is allocated, and keeps what a busy hour left behind for as long as nobody comes.
 */
export function collectAtRest(): void {
  let last = performance.eventLoopUtilization();
  let restful = 0;
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    restful = utilization < atWork ? restful + 1 : 0;
    if (collectAfter.includes(restful)) nudge();
  }, lookEveryMs).unref();
}

function nudge(): void {
  try {
    void new ArrayBuffer(manyBytes);
  } catch {
    // Where a process may not have so much, V8 has collected before it said so.
  }
}
