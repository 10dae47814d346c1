import { createSubscriber } from 'svelte/reactivity';

/** One clock for the whole page: it ticks each second while anything that is drawn reads it. */
const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** How far the server's clock is ahead of this computer's, in milliseconds. Computers at a bench are often minutes off. */
let ahead = 0;
/** A `Date` header counts whole seconds and is a little old when it is read: closer than this the clocks agree. */
const precision = 3000;

/** Milliseconds since 1970 by the server's clock; read inside an effect, a derived or a template it stays current. */
export function now(): number {
  subscribe();
  return Date.now() + ahead;
}

/** Takes the time from the `Date` header of an answer; without a readable one nothing changes. */
export function setClock(date: string | null): void {
  const difference = Date.parse(date ?? '') - Date.now();
  if (!Number.isNaN(difference)) ahead = Math.abs(difference) < precision ? 0 : difference;
}
