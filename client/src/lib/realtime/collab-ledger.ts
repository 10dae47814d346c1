/**
 * Counts which changes made here are durable on the server. It is told what happens and asked what is missing.
 * State vectors alone would not do: they do not show deletions.
 *
 * Each counted message of a connection carries every change made before it that the connection had not carried yet, so
 * that "the first n messages are durable" means "the first so many changes are".
 */
export class CollabLedger {
  #made = 0;
  #durable = 0;
  #acknowledged = 0;
  /** For each counted message that waits for its acknowledgement: how many changes are durable once it is. */
  #waiting: number[] = [];

  /** Changes made so far: the number of the last one. */
  get made(): number {
    return this.#made;
  }

  /** The changes up to this number are durable on the server. */
  get durable(): number {
    return this.#durable;
  }

  /** Changes that the server does not have, as far as anybody knows. */
  get unsaved(): number {
    return this.#made - this.#durable;
  }

  /** Somebody typed; or changes that were made before, in another tab perhaps, have come into this one. */
  changed(times = 1): void {
    this.#made += times;
  }

  /** A new connection: its messages are counted from one, and its first one carries whatever is not durable. */
  connected(): void {
    this.#acknowledged = 0;
    this.#waiting = [];
  }

  /** A message that the server counts was handed to the connection. */
  sent(): void {
    this.#waiting.push(this.#made);
  }

  /** The server's document turned out to hold everything that was made here. */
  settled(): void {
    this.#durable = this.#made;
  }

  /** The first `count` messages of this connection are durable. */
  acknowledged(count: number): void {
    const confirmed = this.#waiting.splice(0, Math.max(0, count - this.#acknowledged));
    this.#acknowledged += confirmed.length;
    this.#durable = Math.max(this.#durable, confirmed.at(-1) ?? 0);
  }
}
