import type { DocumentRef } from '../collab-document.svelte.ts';
import { documentKey } from '../document-key.ts';
import type { CopyPage } from './copy-records.ts';
import { answerOf, CopyStorage } from './copy-storage.ts';
import { DocumentCopy, type CopySource } from './document-copy.svelte.ts';
import { readUnsent, removeSent, type UnsentDocument } from './read-copy.ts';

/** Whose copies they are. Nobody else who uses this computer sees them. */
export type CopyOwner = { personId: string; organisationId: string };

type CopiesParts = { factory?: IDBFactory; now?: () => number };

/** What one person has of an organisation's documents on this computer. */
export class Copies {
  readonly #storage: CopyStorage;
  readonly #now: () => number;

  constructor({ personId, organisationId }: CopyOwner, { factory, now = Date.now }: CopiesParts = {}) {
    this.#storage = new CopyStorage(`cobench.${organisationId}.${personId}`, factory ?? globalThis.indexedDB);
    this.#now = now;
  }

  /** The copy of one document; nothing is read or written yet. */
  of(ref: DocumentRef, source: CopySource, { schema }: { schema?: number } = {}): DocumentCopy {
    const parts = { storage: this.#storage, writer: anId(), now: this.#now, ...(schema !== undefined && { schema }) };
    return new DocumentCopy(ref, source, parts);
  }

  /** Documents with changes that are not on the server. Rejects with a `DOMException` where nothing can be read. */
  unsent(): Promise<UnsentDocument[]> {
    return this.#storage.read(readUnsent);
  }

  /** Removes what the server has as well: all of it, or what was not opened for `unopenedFor` milliseconds. */
  sweep({ unopenedFor }: { unopenedFor?: number } = {}): Promise<void> {
    const before = unopenedFor === undefined ? Infinity : this.#now() - unopenedFor;
    return this.#storage.write((stores) => removeSent(stores, { before }));
  }

  /**
   * Their person leaves: no tab keeps anything from here on. `unsent`: whether what the server does not have stays, for
   * when they come back.
   */
  leave({ unsent }: { unsent: 'stays' | 'goes' }): Promise<void> {
    return this.#storage.wipe(async (stores) => {
      if (unsent === 'stays') await removeSent(stores);
      else
        for (const store of [stores.documents, stores.updates, stores.counts, stores.apart, stores.pages])
          store.clear();
    });
  }

  /** Keeps what the page around a document shows. */
  async rememberPage(ref: DocumentRef, record: unknown): Promise<void> {
    const page: CopyPage = { document: documentKey(ref), record };
    await this.#storage.write(async ({ pages }) => void pages.put(page));
  }

  /** Forgets what the page around a document shows, unless changes of the document are on this computer only. */
  async forgetPage(ref: DocumentRef): Promise<void> {
    const key = documentKey(ref);
    await this.#storage.write(async (stores) => {
      const unsent = await readUnsent(stores);
      if (!unsent.some((document) => documentKey(document) === key)) stores.pages.delete(key);
    });
  }

  /** What the page around a document showed last, unchecked; undefined where that is not known. */
  async pageOf(ref: DocumentRef): Promise<unknown> {
    const page = await this.#storage.read<CopyPage | undefined>(({ pages }) => answerOf(pages.get(documentKey(ref))));
    return page?.record;
  }
}

/** Not secret: only unlike any other. `randomUUID` is not there on pages without https. */
const anId = (): string => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join('');
