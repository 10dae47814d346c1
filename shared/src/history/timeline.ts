/** One change of a document: what one person sent at once. */
export type Moment = { readonly seq: number; readonly at: number; readonly personId: string };

type Made = { readonly id: { readonly client: number; readonly clock: number }; readonly length: number };
type Deleted = { readonly clock: number; readonly len: number };

/** A decoded Yjs update: `Y.decodeUpdate` of version 1. */
export type DecodedUpdate = {
  readonly structs: readonly Made[];
  readonly ds: { readonly clients: ReadonlyMap<number, readonly Deleted[]> };
};

/** Characters that a change brought and took away, in UTF-16 units; nodes and formatting do not count. */
export type Amount = { added: number; removed: number };

/**
 * When each thing in a document was made and deleted. Yjs numbers what a client makes from 0 on without holes, so a
 * moment is kept for each number, and every past state can be read from one document that forgets nothing: a thing is
 * visible from the moment that made it until the one that deleted it.
 */
export class Timeline {
  readonly moments: Moment[] = [];
  readonly #clients = new Map<number, Track>();

  /** Takes the next change. What the document had already is nobody's a second time. */
  add(moment: Moment, { structs, ds }: DecodedUpdate): Amount {
    const index = this.moments.push(moment) - 1;
    const amount = { added: 0, removed: 0 };
    for (const struct of structs) {
      const isText = 'content' in struct && isString(struct.content);
      amount.added += this.#track(struct.id.client).make(struct, { index, isText });
    }
    for (const [client, ranges] of ds.clients) {
      const track = this.#track(client);
      for (const range of ranges) amount.removed += track.delete(range, index);
    }
    return amount;
  }

  /** The moment that made a thing; -1 for what no change has brought. */
  madeAt(client: number, clock: number): number {
    return (this.#clients.get(client)?.made[clock] ?? 0) - 1;
  }

  /** The moment that deleted a thing; -1 for what is still there. */
  deletedAt(client: number, clock: number): number {
    return (this.#clients.get(client)?.deleted[clock] ?? 0) - 1;
  }

  /** Whether a thing was there right after a moment. */
  isThere(client: number, clock: number, moment: number): boolean {
    const track = this.#clients.get(client);
    const made = track?.made[clock] ?? 0;
    if (!track || made === 0 || made > moment + 1) return false;
    const deleted = track.deleted[clock] ?? 0;
    return deleted === 0 || deleted > moment + 1;
  }

  /** How much of each client was there right after a moment, and what of it was deleted by then. */
  reachAt(moment: number): Map<number, { length: number; deleted: Deleted[] }> {
    const reach = new Map<number, { length: number; deleted: Deleted[] }>();
    for (const [client, track] of this.#clients) {
      const found = track.reachAt(moment);
      if (found.length > 0) reach.set(client, found);
    }
    return reach;
  }

  #track(client: number): Track {
    const known = this.#clients.get(client);
    if (known) return known;
    const track = new Track();
    this.#clients.set(client, track);
    return track;
  }
}

/** What one client made, by number: the moment plus one, so that 0 says "not yet". */
class Track {
  made = new Int32Array(64);
  deleted = new Int32Array(64);
  #text = new Uint8Array(64);

  /** Returns how many characters are new. */
  make({ id, length }: Made, { index, isText }: { index: number; isText: boolean }): number {
    const end = id.clock + length;
    this.#reach(end);
    let characters = 0;
    for (let clock = id.clock; clock < end; clock++) {
      if (this.made[clock] !== 0) continue;
      this.made[clock] = index + 1;
      if (!isText) continue;
      this.#text[clock] = 1;
      characters++;
    }
    return characters;
  }

  /** Returns how many characters are gone. */
  delete({ clock: start, len }: Deleted, index: number): number {
    const end = start + len;
    this.#reach(end);
    let characters = 0;
    for (let clock = start; clock < end; clock++) {
      if (this.deleted[clock] !== 0) continue;
      this.deleted[clock] = index + 1;
      characters += this.#text[clock] ?? 0;
    }
    return characters;
  }

  /** What a client made comes in the order of its numbers. */
  reachAt(moment: number): { length: number; deleted: Deleted[] } {
    const deleted: { clock: number; len: number }[] = [];
    let length = 0;
    for (; length < this.made.length; length++) {
      const made = this.made[length] ?? 0;
      if (made === 0 || made > moment + 1) break;
      const gone = this.deleted[length] ?? 0;
      if (gone === 0 || gone > moment + 1) continue;
      const last = deleted.at(-1);
      if (last && last.clock + last.len === length) last.len++;
      else deleted.push({ clock: length, len: 1 });
    }
    return { length, deleted };
  }

  #reach(length: number): void {
    if (length <= this.made.length) return;
    const size = Math.max(length, this.made.length * 2);
    this.made = grown(this.made, new Int32Array(size));
    this.deleted = grown(this.deleted, new Int32Array(size));
    this.#text = grown(this.#text, new Uint8Array(size));
  }
}

function grown<T extends Int32Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

const isString = (content: unknown): boolean =>
  typeof content === 'object' && content !== null && 'str' in content && typeof content.str === 'string';
