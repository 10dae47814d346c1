import { livePath, type ClientToServer, type ServerToClient } from '@cobench/shared/realtime/live';
import { io, type Socket } from 'socket.io-client';
import { vi } from 'vitest';
import type { Agent } from './agent.ts';

type Name = keyof ServerToClient;
type News<E extends Name> = Parameters<ServerToClient[E]>[0];

/** A person's dashboard without a screen: it keeps what it is told, with the time it was told (milliseconds). */
export class LiveClient {
  readonly socket: Socket<ServerToClient, ClientToServer>;
  readonly told: { event: Name; news: unknown; at: number }[] = [];

  constructor(origin: string, headers: Record<string, string>) {
    this.socket = io(origin, {
      path: livePath,
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 10,
      reconnectionDelayMax: 50,
      extraHeaders: headers,
    });
    this.socket.onAny((event: Name, news: unknown) => {
      this.told.push({ event, news, at: performance.now() });
    });
  }

  /** What was told of one kind so far. */
  news<E extends Name>(event: E): News<E>[] {
    return this.told.filter((told) => told.event === event).map(({ news }) => news as News<E>);
  }

  /** Resolves when the connection stands. @throws with the server's word where it is refused. */
  async connected(): Promise<this> {
    this.socket.connect();
    const refused = new Promise<never>((_, reject) => void this.socket.once('connect_error', reject));
    await Promise.race([vi.waitUntil(() => this.socket.connected, { timeout: 5000, interval: 5 }), refused]);
    return this;
  }

  /** Waits until what was told of one kind is as expected. */
  async until<E extends Name>(event: E, enough: (news: News<E>[]) => boolean): Promise<News<E>[]> {
    await vi.waitUntil(() => enough(this.news(event)), { timeout: 5000, interval: 5 });
    return this.news(event);
  }

  /** Cuts the connection as a network does, without a word. */
  cut(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** The dashboard of someone who is signed in, connected. */
export const openLive = (agent: Agent, origin = agent.origin): Promise<LiveClient> =>
  new LiveClient(agent.origin, { cookie: agent.cookie('/live/'), origin }).connected();
