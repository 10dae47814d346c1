import { holdAlone, type HoldAlone } from './hold-alone.ts';
import { amend, UploadDatabase } from './upload-database.ts';

/** Where a file will stand in a document once it has arrived. */
export type UploadPlace = {
  /** The upload. */
  id: string;
  order: number;
  document: string;
  name: string;
  form: 'image' | 'file';
  /** A relative position in the document. */
  at: Uint8Array;
  /** The file once it is on the server. */
  fileId: string | null;
};

/** A place in the hands of this tab: no other one puts the file in. */
export type HeldPlace = {
  move: (at: Uint8Array) => void;
  /** The file stands there, or is not to. */
  settle: () => void;
  /** Leaves it to whoever opens the document next. */
  release: () => void;
};

/** `begun`: its upload is known on this computer. */
export type LeftPlace = { place: UploadPlace; held: HeldPlace; begun: boolean };

/**
 * The places in documents that files on their way have, across page loads. A place belongs to one tab at a time: to the
 * one in which the file was put in, and when that is gone to the next one that has the document open.
 */
export class UploadPlaces {
  readonly #name: string;
  readonly #database: UploadDatabase;
  readonly #holdAlone: HoldAlone;
  #order = 0;

  constructor(name: string, factory: IDBFactory | undefined = globalThis.indexedDB, hold: HoldAlone = holdAlone) {
    this.#name = name;
    this.#database = new UploadDatabase(name, factory);
    this.#holdAlone = hold;
  }

  /** Keeps a place of this tab. */
  keep(place: Omit<UploadPlace, 'order' | 'fileId'>): HeldPlace {
    const record: UploadPlace = { ...place, order: Date.now() * 1000 + (this.#order++ % 1000), fileId: null };
    const hold = this.#hold(place.id);
    const kept = hold.then(async (release) => {
      // Where tabs cannot agree on it, two of them would put it in.
      if (release) await this.#database.within('readwrite', ({ places }) => places.put(record));
      return release;
    });
    return this.#held(place.id, kept);
  }

  /** Hands over the places that an earlier page has left in a document, each as soon as no other tab holds it. */
  async left(document: string, take: (left: LeftPlace) => void, signal: AbortSignal): Promise<void> {
    const all = await this.#database.within('readonly', ({ places }) => places.getAll() as IDBRequest<UploadPlace[]>);
    const those = (all ?? []).filter((place) => place.document === document).toSorted((a, b) => a.order - b.order);
    await Promise.all(those.map(({ id }) => this.#takeUp(id, take, signal)));
  }

  async #takeUp(id: string, take: (left: LeftPlace) => void, signal: AbortSignal): Promise<void> {
    const release = await this.#hold(id, signal);
    if (release === null) return;
    // It may have been put in while it was waited for.
    const [place, begun] = await Promise.all([
      this.#database.within('readonly', ({ places }) => places.get(id) as IDBRequest<UploadPlace | undefined>),
      this.#database.within('readonly', ({ uploads }) => uploads.getKey(id)),
    ]);
    if (!place || signal.aborted) return release();
    take({ place, begun: begun !== null, held: this.#held(id, Promise.resolve(release)) });
  }

  #hold(id: string, signal?: AbortSignal): Promise<(() => void) | null> {
    return this.#holdAlone(`${this.#name}.place.${id}`, signal);
  }

  #held(id: string, kept: Promise<(() => void) | null>): HeldPlace {
    let last: Promise<unknown> = kept;
    const write = (work: () => Promise<unknown>) => (last = last.then(work));
    const release = () => void write(async () => (await kept)?.());
    return {
      move: (at) => void write(() => this.#database.within('readwrite', ({ places }) => amend(places, id, { at }))),
      settle: () => {
        void write(() => this.#database.within('readwrite', ({ places }) => places.delete(id)));
        release();
      },
      release,
    };
  }
}
