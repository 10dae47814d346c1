import type { Socket } from 'socket.io';

/** What may wait until a connection takes it: so many messages, or so many characters of them. */
const mostMessages = 1000;
const mostCharacters = 1_000_000;
/** Who was behind is told the rest at most this often (milliseconds), however slow they are. */
const restsFor = 1000;
const lookEvery = 100;

/** Where those are who take nothing at the moment: what changes all the time is not told there. */
export const behindRoom = 'behind';

/** Messages that wait for a connection, and how many characters they have. */
type Waiting = { messages: number; characters: number };
type Anybody = Pick<Socket, 'conn' | 'join' | 'leave' | 'connected'>;

/**
 * Keeps what waits for one connection within bounds. A connection that does not take what it is sent falls behind: it is in
 * `behindRoom` until all that waits was taken, and asks again then for what it missed. So it hears less often, and of each
 * thing the newest, as if what it missed was merged.
 */
export class Outlet {
  #behindSince: number | null = null;
  #waiting: Waiting = { messages: 0, characters: 0 };
  #looking: NodeJS.Timeout | undefined;
  #waiters: (() => void)[] = [];
  readonly #socket: Anybody;
  readonly #oncaughtup: () => void;

  constructor(socket: Anybody, oncaughtup: () => void) {
    this.#socket = socket;
    this.#oncaughtup = oncaughtup;
    const { conn } = socket;
    conn.on('packetCreate', ({ data }: { data?: unknown }) => this.#created(data));
    // All of it is handed to the websocket, which takes no more until that is sent.
    conn.on('flush', () => (this.#waiting = { messages: 0, characters: 0 }));
    conn.once('close', () => this.#end());
  }

  get isBehind(): boolean {
    return this.#behindSince !== null;
  }

  /** What waits for it now. */
  get waiting(): Waiting {
    return this.#waiting;
  }

  /** Resolves when it takes what it is sent, or is gone. */
  free(): Promise<void> {
    if (!this.isBehind) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #created(data: unknown): void {
    this.#waiting.messages++;
    if (typeof data === 'string') this.#waiting.characters += data.length;
    const { messages, characters } = this.#waiting;
    if (!this.isBehind && (messages >= mostMessages || characters >= mostCharacters)) this.#fallBehind();
  }

  #fallBehind(): void {
    this.#behindSince = Date.now();
    void this.#socket.join(behindRoom);
    this.#looking = setInterval(() => this.#look(this.#behindSince ?? 0), lookEvery);
    this.#looking.unref();
  }

  #look(since: number): void {
    const isTaken = this.#socket.conn.transport.writable && this.#waiting.messages === 0;
    if (!isTaken || Date.now() - since < restsFor) return;
    this.#end();
    // First it hears what is new, then it asks for what was before.
    void this.#socket.leave(behindRoom);
    this.#oncaughtup();
  }

  #end(): void {
    clearInterval(this.#looking);
    this.#behindSince = null;
    for (const go of this.#waiters.splice(0)) go();
  }
}
