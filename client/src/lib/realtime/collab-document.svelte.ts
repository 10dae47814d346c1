import {
  collabPath,
  decodeSaved,
  messageType,
  schemaVersion,
  type DocumentKind,
} from '@cobench/shared/realtime/collab';
import * as decoding from 'lib0/decoding';
import { messageYjsUpdate } from 'y-protocols/sync';
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
import { Rhythm } from './rhythm.ts';

export type DocumentRef = { kind: DocumentKind; id: string };

/** What a document needs from the browser. */
export type CollabParts = { WebSocket: typeof WebSocket; now: () => Date; random: () => number };

const browserParts = (): CollabParts => ({ WebSocket, now: () => new Date(), random: Math.random });

/** One document that is edited together: its content, its connection, who else is there, and the truth about saving. */
export class CollabDocument {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  state = $state.raw<CollabState>({ state: 'loading' });
  /** The content came once: it can be shown, and edited, whatever happens to the connection. */
  loaded = $state(false);
  /** The server no longer takes changes from this person. */
  demoted = $state(false);
  people = $state.raw<readonly Present[]>([]);
  /** Runs before what others wrote is taken into the document. */
  readonly beforeRemote = new Handlers();
  #unsaved = $state(0);
  #savedAt = $state.raw<Date | null>(null);
  #failures = 0;
  #canWrite: () => boolean = () => true;
  readonly #allSaved = new Handlers();
  readonly #ledger = new CollabLedger();
  readonly #parts: CollabParts;

  constructor({ kind, id }: DocumentRef, parts: CollabParts = browserParts()) {
    this.#parts = parts;
    // Before the provider, which sends the change in its own listener: it must be counted by then.
    this.doc.on('update', (_update: Uint8Array, origin: unknown) => this.#changed(origin));
    const server = `${location.origin.replace(/^http/, 'ws')}${collabPath}/${kind}`;
    this.provider = new WebsocketProvider(server, encodeURIComponent(id), this.doc, {
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
    this.provider.connect();
  }

  /** Where the changes of this tab are. Not a derived value: those end with the component that made them, this does not. */
  get saving(): SaveState {
    if (this.#unsaved === 0) return { state: 'saved', at: this.#savedAt };
    const onTheWay = this.state.state === 'synced' && this.#mayWrite();
    return { state: onTheWay ? 'saving' : 'offline', changes: this.#unsaved };
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
    this.provider.connect();
  }

  /**
   * The browser's network came or went. A socket can look alive for half a minute after its network is gone, so it is
   * replaced rather than believed.
   */
  networkChanged(): void {
    if (this.state.state === 'closed') return;
    this.provider.disconnect();
    this.provider.connect();
  }

  /** Resolves when nothing is in this tab only. */
  whenSaved(): Promise<void> {
    if (this.#ledger.unsaved === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.#allSaved.add(() => {
        off();
        resolve();
      });
    });
  }

  destroy(): void {
    this.provider.destroy();
    this.provider.awareness.destroy();
    this.doc.destroy();
  }

  #mayWrite(): boolean {
    return !this.demoted && this.#canWrite();
  }

  #listen(): void {
    const { provider } = this;
    provider.messageHandlers[messageType.saved] = (_reply, decoder) => this.#acknowledged(decodeSaved(decoder).count);
    this.#takeInRhythm();
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

  /** What others write and where they point comes in beats; questions and answers of the protocol come at once. */
  #takeInRhythm(): void {
    const { provider, doc } = this;
    const { sync, awareness } = messageType;
    const takeSync = provider.messageHandlers[sync];
    const takeAwareness = provider.messageHandlers[awareness];
    const rhythm = new Rhythm({
      play: (waiting) => {
        this.beforeRemote.run();
        Y.transact(doc, () => waiting.forEach((take) => take()), provider, false);
      },
    });
    provider.messageHandlers[sync] = (...message) => {
      const [, decoder] = message;
      const start = decoder.pos;
      if (decoding.readVarUint(decoder) === messageYjsUpdate) {
        const update = decoding.readVarUint8Array(decoder);
        return rhythm.add(() => Y.applyUpdate(doc, update, provider));
      }
      decoder.pos = start;
      rhythm.flush();
      this.beforeRemote.run();
      return takeSync?.(...message);
    };
    provider.messageHandlers[awareness] = (...message) => rhythm.add(() => takeAwareness?.(...message));
    provider.on('connection-close', () => rhythm.flush());
  }

  #changed(origin: unknown): void {
    if (origin === this.provider || !this.#mayWrite()) return;
    this.#ledger.changed();
    this.#count();
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
    } else {
      this.state = { state: 'closed', reason };
    }
  }

  #count(): void {
    this.#unsaved = this.#ledger.unsaved;
    if (this.#unsaved === 0) this.#allSaved.run();
  }
}
