type Typed = { type: string };
type Listener<E> = (event: E) => void | Promise<void>;
type Subscribe<E extends Typed> = <T extends E['type']>(type: T, listener: Listener<Extract<E, { type: T }>>) => void;

/** Carries facts between features that do not know each other. */
export type EventBus<E extends Typed> = {
  /**
   * Tells every listener, in the order they subscribed, and waits for them: what a listener must do durably is done
   * when this resolves. Rejects with the first listener's failure after all have been told.
   */
  publish(event: E): Promise<void>;
  on: Subscribe<E>;
  /** Hears it when all of `on` are done with it: whoever is told by this listener and asks at once sees what they did. */
  after: Subscribe<E>;
};

export function eventBus<E extends Typed>(): EventBus<E> {
  const [first, afterwards] = [subscriptions<E>(), subscriptions<E>()];
  return {
    async publish(event) {
      const outcomes = [...(await first.tell(event)), ...(await afterwards.tell(event))];
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    },
    on: first.add,
    after: afterwards.add,
  };
}

function subscriptions<E extends Typed>() {
  const listeners = new Map<string, Listener<E>[]>();
  const add: Subscribe<E> = (type, listener) => {
    // The map is keyed by type, so a listener only ever receives the events it was registered for.
    listeners.set(type, [...(listeners.get(type) ?? []), listener as Listener<E>]);
  };
  const tell = async (event: E): Promise<PromiseSettledResult<void>[]> => {
    const hearing = listeners.get(event.type);
    // Most news have nobody who hears them afterwards.
    return hearing ? Promise.allSettled(hearing.map(async (hear) => hear(event))) : [];
  };
  return { add, tell };
}
