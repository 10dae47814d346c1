import { vi } from 'vitest';
import type { CollabDocument } from '../../src/realtime/collab/peer.ts';
import { ContentCache } from '../../src/realtime/collab/content-cache.ts';
import { Content } from '../../src/realtime/collab/content.ts';
import { Journal } from '../../src/realtime/collab/journal.ts';
import { unmetered } from '../../src/realtime/collab/meters.ts';
import { Room, type Flushed } from '../../src/realtime/collab/room.ts';
import { inlineThread } from './inline-thread.ts';
import { Link, settle } from './link.ts';
import { MemoryLog, type LogStep } from './memory-log.ts';

export const aDocument: CollabDocument = { orgId: 'org-1', kind: 'entry', id: 'entry-1' };

/** Rooms of one document on a log of their own, and what they told their owner. */
export class RoomHouse {
  readonly log = new MemoryLog();
  readonly flushed = vi.fn<(flush: Flushed) => void>();
  readonly idle = vi.fn<() => void>();
  readonly dropped = vi.fn<(cause: unknown) => void>();

  async room(): Promise<Room> {
    const { log, flushed, idle, dropped } = this;
    const clock = () => new Date();
    const content = new Content(aDocument, { log, thread: inlineThread(), cache: new ContentCache() });
    const parts = { document: aDocument, content, log, journal: new Journal({ log, clock }), clock };
    return new Room({ ...parts, siblings: null, meters: unmetered, flushed, idle, dropped }, await content.index());
  }

  /** Makes the log wait before it keeps the next record, or before it says so; returns what lets it go on, or fail. */
  hold(step: LogStep = 'append'): PromiseWithResolvers<void> {
    const held = Promise.withResolvers<void>();
    this.log.gate = async (at) => (at === step ? held.promise : undefined);
    return held;
  }

  /** What the log says the document is. */
  logged(root = 't'): string {
    return this.log.content(aDocument).getText(root).toJSON();
  }

  records() {
    return this.log.of(aDocument);
  }
}

/** Peers that have said hello and heard everything. */
export async function inside(room: Room, count: number): Promise<Link[]> {
  const links = Array.from({ length: count }, () => new Link().enter(room));
  await settle(...links);
  return links;
}

/** The kinds of message that came to a peer. */
export const heard = (link: Link): string[] => link.editor.heard.map(({ type }) => type);
