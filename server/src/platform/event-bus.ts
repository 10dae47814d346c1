type Typed = { type: string };
type Listener<E> = (event: E) => void | Promise<void>;

/** Carries facts between features that do not know each other. */
export type EventBus<E extends Typed> = {
  /**
   * Tells every listener, in the order they subscribed, and waits for them: what a listener must do durably is done
   * when this resolves. Rejects with the first listener's failure after all have been told.
   */
  publish(event: E): Promise<void>;
  on<T extends E['type']>(type: T, listener: Listener<Extract<E, { type: T }>>): void;
};

export function eventBus<E extends Typed>(): EventBus<E> {
  const listeners = new Map<string, Listener<E>[]>();
  return {
    async publish(event) {
      const outcomes = await Promise.allSettled((listeners.get(event.type) ?? []).map(async (tell) => tell(event)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    },
    on(type, listener) {
      // The map is keyed by type, so a listener only ever receives the events it was registered for.
      listeners.set(type, [...(listeners.get(type) ?? []), listener as Listener<E>]);
    },
  };
}
