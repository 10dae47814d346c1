import { propertyRoots } from '@cobench/shared/notebook/properties';
import {
  collabPath,
  decodeSaved,
  messageType,
  schemaVersion,
  type DocumentKind,
} from '@cobench/shared/realtime/collab';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { Handlers } from '#lib/api/handlers.ts';
import { CollabLedger } from './collab-ledger.ts';
import { peopleIn, samePeople, type Present } from './collab-presence.ts';
import { collabSocket } from './collab-socket.ts';
import {
  attemptsBeforeOffline,
  closeReason,
  isFinal,
  reconnectDelay,
  type CollabState,
  type SaveState,
} from './collab-state.ts';
import type { Copies } from './copy/copies.ts';
import type { DocumentCopy, TakenIn } from './copy/document-copy.svelte.ts';
import type { KeptApart } from './copy/read-copy.ts';
import { takeInRhythm } from './in-rhythm.ts';

export type DocumentRef = { kind: DocumentKind; id: string };

/** What a document needs from the browser. `copies`: null where nothing is kept on this computer. */
export type CollabParts = {
  WebSocket: typeof WebSocket;
  copies: Pick<Copies, 'of'> | null;
  now: () => Date;
  random: () => number;
};

/** Where what came from the copy says it came from. */
const fromCopy = 'copy';

/** One document that is edited together: its content, its connection, who else is there, and the truth about saving. */
export class CollabDocument {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  /** Null where nothing is kept on this computer. */
  readonly copy: DocumentCopy | null;
  state = $state.raw<CollabState>({ state: 'loading' });
  /** The content came once: it can be shown, and edited, whatever happens to the connection. */
  loaded = $state(false);
  /** The server no longer takes changes from this person. */
  demoted = $state(false);
  people = $state.raw<readonly Present[]>([]);
  /** What was written here while nobody was signed in, until its person says what to do with it. */
  apart = $state.raw<KeptApart | null>(null);
  /** Runs before what others wrote is taken into the document. */
  readonly beforeRemote = new Handlers();
  /** What was kept on this computer has been read. */
  readonly opened: Promise<void>;
  #made = $state(0);
  #durable = $state(0);
  #savedAt = $state.raw<Date | null>(null);
  #failures = 0;
  #isOpen: boolean;
  #canWrite: () => boolean = () => true;
  #name = '';
  readonly #ref: DocumentRef;
  readonly #allSaved = new Handlers();
  readonly #ledger = new CollabLedger();
  readonly #parts: CollabParts;

  constructor(ref: DocumentRef, parts: CollabParts) {
    this.#parts = parts;
    this.#ref = ref;
    const { doc } = this;
    const source = { state: () => Y.encodeStateAsUpdate(doc), name: () => this.name };
    this.copy = parts.copies?.of(ref, source) ?? null;
    // Before the provider, which sends the change in its own listener: it must be counted by then.
    doc.on('update', (update: Uint8Array, origin: unknown) => this.#changed(update, origin));
    const server = `${location.origin.replace(/^http/, 'ws')}${collabPath}/${ref.kind}`;
    this.provider = new WebsocketProvider(server, encodeURIComponent(ref.id), doc, {
      connect: false,
      // Other tabs of this browser go through the server too: it judges each of them.
      disableBc: true,
      params: { schema: String(schemaVersion) },
      shouldReconnect: ({ code }) => !isFinal(code),
      WebSocketPolyfill: collabSocket({
        ledger: this.#ledger,
        canWrite: () => this.#mayWrite(),
        onsettled: () => this.#settled(),
        WebSocket: parts.WebSocket,
      }),
    });
    this.#listen();
    this.#isOpen = this.copy === null;
    this.opened = this.copy === null ? Promise.resolve() : this.#open(this.copy);
    this.#connect();
  }

  /** What it is called: an entry says so itself, and a page may know. Empty where nobody does. */
  get name(): string {
    const title = this.#ref.kind === 'entry' ? this.doc.getText(propertyRoots.title).toJSON() : '';
    return title === '' ? this.#name : title;
  }

  /** Says what it is called, where it does not say so itself. */
  call(name: string): void {
    this.#name = name;
  }

  /** Where the changes are. Not a derived value: those end with the component that made them, this does not. */
  get saving(): SaveState {
    const changes = this.#made - this.#durable;
    if (changes === 0) return { state: 'saved', at: this.#savedAt };
    if (this.state.state === 'synced' && this.#mayWrite()) return { state: 'saving', changes };
    return { state: this.atRisk === 0 ? 'kept' : 'unsaved', changes };
  }

  /** Changes that would be lost with this tab: neither on the server nor on the disk of this computer. */
  get atRisk(): number {
    return this.#made - Math.max(this.#durable, this.copy?.kept ?? 0);
  }

  /** Whether anything was changed here since it was opened. */
  get wasChanged(): boolean {
    return this.#made > 0;
  }

  /** Whether the role of the person allows changes; asked at each message. Nothing leaves a tab that may only read. */
  allowWriting(canWrite: () => boolean): void {
    this.#canWrite = canWrite;
  }

  /** Tries again at once: after a sign-in, or when the network is back. */
  retry(): void {
    if (this.state.state === 'synced') return;
    this.demoted = false;
    this.state = this.loaded ? { state: 'reconnecting' } : { state: 'loading' };
    this.#connect();
  }

  /** Nobody is signed in any more, or somebody else is: nothing goes to the server. */
  signOut(): void {
    if (this.state.state === 'closed') return;
    this.copy?.setApart();
    this.state = { state: 'closed', reason: 'signed-out' };
    this.provider.disconnect();
  }

  /**
   * The browser's network came or went. A socket can look alive for half a minute after its network is gone, so it is
   * replaced rather than believed.
   */
  networkChanged(): void {
    if (this.state.state === 'closed') return;
    this.provider.disconnect();
    this.#connect();
  }

  /** Takes in what other tabs have kept on this computer, some of which may be nowhere else. */
  async takeNews(): Promise<void> {
    await this.opened;
    const news = await this.copy?.news();
    if (news && !this.doc.isDestroyed) this.#take(news);
  }

  /** Adds what was written while nobody was signed in, or forgets it. */
  async settleApart(how: 'add' | 'discard'): Promise<void> {
    const { apart } = this;
    if (apart === null) return;
    if (how === 'add') {
      Y.transact(this.doc, () => apart.updates.forEach((update) => Y.applyUpdate(this.doc, update)), this);
      await this.copy?.flush();
    }
    this.apart = null;
    await this.copy?.forgetApart(apart);
  }

  /** Forgets what only this computer has. The document is of no use from here on: open it anew. */
  async discard(): Promise<void> {
    this.provider.disconnect();
    await this.copy?.discard();
    this.#ledger.settled();
    this.#count();
  }

  /** Resolves when the server has everything. */
  async whenSaved(): Promise<void> {
    await this.opened;
    if (this.#ledger.unsaved === 0) return;
    await new Promise<void>((resolve) => {
      const off = this.#allSaved.add(() => {
        off();
        resolve();
      });
    });
  }

  destroy(): void {
    void this.copy?.flush();
    this.provider.destroy();
    this.provider.awareness.destroy();
    this.doc.destroy();
  }

  #mayWrite(): boolean {
    return !this.demoted && this.#canWrite();
  }

  /** First what is kept here, then the server: asked with nothing in hand, it would send everything again. */
  async #open(copy: DocumentCopy): Promise<void> {
    const kept = await copy.load();
    if (kept && !this.doc.isDestroyed) this.#take(kept);
    this.#isOpen = true;
    this.#connect();
  }

  #connect(): void {
    if (this.#isOpen && !this.doc.isDestroyed) this.provider.connect();
  }

  #take({ updates, changes, synced, apart, name }: TakenIn): void {
    // Counted first: where there is a connection, it sends them as they are taken in.
    this.#ledger.changed(changes);
    Y.transact(this.doc, () => updates.forEach((update) => Y.applyUpdate(this.doc, update, fromCopy)), fromCopy, false);
    this.#count();
    this.apart = apart;
    this.#name ||= name;
    // A copy that never met the server may be empty where the document is not.
    if (synced) this.loaded = true;
  }

  #listen(): void {
    const { provider } = this;
    provider.messageHandlers[messageType.saved] = (_reply, decoder) => this.#acknowledged(decodeSaved(decoder).count);
    takeInRhythm(provider, () => this.beforeRemote.run());
    provider.on('status', ({ status }) => {
      // Others were told that this tab is gone. They take its state again only under a newer clock.
      if (status === 'connected') provider.awareness.setLocalState(provider.awareness.getLocalState());
    });
    provider.on('sync', (synced) => {
      if (synced) this.#synced();
    });
    provider.on('connection-close', () => this.#lost());
    provider.on('closed', ({ code }) => this.#closed(code));
    provider.awareness.on('change', () => {
      const people = peopleIn(provider.awareness.getStates(), this.doc.clientID);
      if (!samePeople(people, this.people)) this.people = people;
    });
  }

  #changed(update: Uint8Array, origin: unknown): void {
    if (origin === fromCopy) return;
    if (origin === this.provider) {
      this.copy?.keep(update);
    } else if (this.#mayWrite()) {
      this.#ledger.changed(origin === this ? (this.apart?.changes ?? 1) : 1);
      this.copy?.keepChange(update, { made: this.#ledger.made, sent: this.state.state === 'synced' });
      this.#count();
    }
  }

  #acknowledged(count: number): void {
    this.#ledger.acknowledged(count);
    this.#savedAt = this.#parts.now();
    this.#count();
  }

  /** All of it had arrived before the connection was cut; only the acknowledgement had not. */
  #settled(): void {
    if (this.#ledger.unsaved > 0) this.#savedAt = this.#parts.now();
    this.#ledger.settled();
    this.#count();
  }

  #synced(): void {
    this.#failures = 0;
    this.loaded = true;
    this.state = { state: 'synced' };
    this.copy?.takeTogether();
    this.copy?.synced();
  }

  #lost(): void {
    this.provider.maxBackoffTime = reconnectDelay(this.#failures, this.#parts.random());
    this.#failures++;
    if (this.#failures > attemptsBeforeOffline) this.state = { state: 'offline' };
    else if (this.state.state === 'synced') this.state = { state: 'reconnecting' };
  }

  #closed(code: number): void {
    const reason = closeReason(code);
    if (reason === 'not-allowed' && !this.demoted) {
      // The role may have been lowered to one that still reads.
      this.demoted = true;
      this.provider.connect();
      return;
    }
    if (reason === 'signed-out') this.signOut();
    else this.state = { state: 'closed', reason };
  }

  #count(): void {
    this.#made = this.#ledger.made;
    this.#durable = this.#ledger.durable;
    this.copy?.durable(this.#durable);
    if (this.#ledger.unsaved === 0) this.#allSaved.run();
  }
}
