import { createSubscriber } from 'svelte/reactivity';

/** One clock for the whole page: it ticks each second while anything that is drawn reads it. */
const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** Milliseconds since 1970; read inside an effect, a derived or a template it stays current. */
export function now(): number {
  subscribe();
  return Date.now();
}
