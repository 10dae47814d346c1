import type { DocumentKind } from '@cobench/shared/realtime/collab';
import { SvelteMap } from 'svelte/reactivity';
import type { DocumentRef } from './collab-document.svelte.ts';
import { sendInBackground, unsavedHere } from './collab-open.ts';
import type { Copies } from './copy/copies.ts';
import { troubleOf } from './copy/copy-trouble.ts';
import type { UnsentDocument } from './copy/read-copy.ts';
import { documentKey } from './document-key.ts';

/** A document with changes that the server does not have. */
export type Unsent = {
  kind: DocumentKind;
  id: string;
  /** Empty where it is not known. */
  name: string;
  changes: number;
  /** Of these, made while nobody was signed in: they wait for their person to look at them. */
  apart: number;
  /** Of these, those that would be lost with this tab. */
  atRisk: number;
};

type UnsentParts = {
  copies: Copies;
  send?: (ref: DocumentRef) => Promise<void>;
  /** What one document may take before the next is begun; it goes on meanwhile. */
  moment?: () => Promise<void>;
};

/** Milliseconds between looks at what other tabs have left on this computer. */
const lookEvery = 60_000;

/** Everything of one person that only this computer has, and its way to the server. */
export class UnsentDocuments {
  readonly #onDisk = new SvelteMap<string, UnsentDocument>();
  readonly #parts: Required<UnsentParts>;

  constructor({ copies, send = sendInBackground, moment = fiveSeconds }: UnsentParts) {
    this.#parts = { copies, send, moment };
  }

  /** By name. Not a derived value, which would end with whoever read it first. */
  get list(): Unsent[] {
    const here = unsavedHere();
    const isHere = (key: string) => here.some(({ ref }) => documentKey(ref) === key);
    const elsewhere = [...this.#onDisk].filter(([key]) => !isHere(key)).map(([, one]) => ({ ...one, atRisk: 0 }));
    return [...here.map(unsentIn), ...elsewhere].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /** Looks again at what is on the disk. */
  async look(): Promise<void> {
    try {
      const unsent = await this.#parts.copies.unsent();
      this.#onDisk.clear();
      for (const one of unsent) this.#onDisk.set(documentKey(one), one);
    } catch (error) {
      // Where nothing can be read nothing is kept, and each document says so itself.
      troubleOf(error);
    }
  }

  /** Sends what may be sent, one document after the other, without opening it for anybody to see. */
  async send(): Promise<void> {
    const { send, moment } = this.#parts;
    await this.look();
    const waiting = [...this.#onDisk.values()].filter(({ changes, apart }) => changes > apart);
    for (const { kind, id } of waiting) await Promise.race([send({ kind, id }), moment()]);
    await this.look();
  }

  /** Sends now, whenever the network is back, and every minute. Returns the end of it. */
  follow(): () => void {
    const send = () => {
      if (navigator.onLine) void this.send();
      else void this.look();
    };
    const timer = setInterval(send, lookEvery);
    addEventListener('online', send);
    addEventListener('offline', send);
    send();
    return () => {
      clearInterval(timer);
      removeEventListener('online', send);
      removeEventListener('offline', send);
    };
  }
}

function unsentIn({ ref, document }: ReturnType<typeof unsavedHere>[number]): Unsent {
  const { saving, name, atRisk } = document;
  const apart = document.apart?.changes ?? 0;
  return { ...ref, name, changes: apart + (saving.state === 'saved' ? 0 : saving.changes), apart, atRisk };
}

const fiveSeconds = () => new Promise<void>((resolve) => setTimeout(resolve, 5000));
