import { wallNamespace, type WallToClient } from '@cobench/shared/kiosks/wall';
import { livePath } from '@cobench/shared/realtime/live';
import { Manager, type Socket } from 'socket.io-client';
import { onTestFinished, vi } from 'vitest';
import type { Agent } from './agent.ts';

type Name = keyof WallToClient;
type Said = Record<string, (...facts: never[]) => void>;

/** A screen on a wall without a screen: it keeps what it is told. */
export class WallClient {
  readonly socket: Socket<WallToClient, Said>;
  readonly told: { event: Name; news: unknown }[] = [];

  constructor(origin: string, headers: Record<string, string>) {
    const options = { path: livePath, transports: ['websocket'], autoConnect: false, reconnectionDelay: 10 };
    this.socket = new Manager(origin, { ...options, extraHeaders: headers }).socket(wallNamespace);
    this.socket.onAny((event: Name, news: unknown) => {
      this.told.push({ event, news });
    });
  }

  /** Resolves when the connection stands. @throws with the server's word where it is refused. */
  async connected(): Promise<this> {
    this.socket.connect();
    const refused = new Promise<never>((_, reject) => void this.socket.once('connect_error', reject));
    await Promise.race([vi.waitUntil(() => this.socket.connected, { timeout: 5000, interval: 5 }), refused]);
    return this;
  }

  /** What was told of one kind so far, by id. */
  ids(event: Name): string[] {
    return this.told.filter((told) => told.event === event).map(({ news }) => (news as { id: string }).id);
  }

  /** Resolves when something of this kind was told. */
  async until(event: Name, matches: (news: unknown) => boolean = () => true): Promise<void> {
    const isTold = () => this.told.some((told) => told.event === event && matches(told.news));
    await vi.waitUntil(isTold, { timeout: 5000, interval: 5 });
  }
}

/** The live connection of a browser that has opened a wall, not connected yet. */
export function openWall(agent: Agent, origin = agent.origin): WallClient {
  const wall = new WallClient(agent.origin, { cookie: agent.cookie('/live/'), origin });
  onTestFinished(() => void wall.socket.io.engine.close());
  return wall;
}
