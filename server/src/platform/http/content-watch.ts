import type { Request, Response } from 'express';
import type { Actor } from '../access.ts';
import type { Clock } from '../clock.ts';
import { Fault } from '../fault.ts';
import { sendContent, type Content } from './content.ts';

type Deps = {
  /** Somebody by their rights of now; null where they have none left. */
  actorNow: (actor: Actor, req: Request) => Promise<Actor | null>;
  clock: Clock;
  /** Milliseconds after which a reader who takes nothing is gone. */
  longestStandstill?: number;
};
/** `mayGoOn` throws where whoever asked may not have it any more. */
type Watched = { content: Content; mayGoOn: () => Promise<unknown> };
export type ContentWatch = ReturnType<typeof contentWatch>;

/** A file may go out for hours: so often it is asked whether it still may, in milliseconds. */
const askEvery = 10_000;
/** Each holds a way into the store, of which there are few. */
export const mostOpen = 100;

/** Watches over what goes out: that whoever gets it still may, still takes it, and leaves room for others. */
export function contentWatch({ actorNow, clock, longestStandstill = 300_000 }: Deps) {
  const open = new Map<string, number>();

  /** @throws Fault `rate.limited` where a person has as much under way as one may */
  async function amongOpen(personId: string, work: () => Promise<void>): Promise<void> {
    const before = open.get(personId) ?? 0;
    if (before >= mostOpen) {
      const detail = `You have ${mostOpen} downloads under way: wait until one of them ends.`;
      throw new Fault('rate.limited', { detail, retryAfterSeconds: 5 });
    }
    open.set(personId, before + 1);
    try {
      await work();
    } finally {
      const left = (open.get(personId) ?? 1) - 1;
      if (left > 0) open.set(personId, left);
      else open.delete(personId);
    }
  }

  async function* pieces({ content, mayGoOn }: Watched, range: Parameters<Content['read']>[0], res: Response) {
    let asked = clock().getTime();
    // Who cannot write a byte for so long has a reader that reads none. Only from here on: the first may take its time.
    const begin = (): void => void res.setTimeout(longestStandstill, () => res.destroy());
    let hasBegun = false;
    for await (const piece of await content.read(range)) {
      if (!hasBegun) begin();
      hasBegun = true;
      yield piece;
      if (clock().getTime() - asked < askEvery) continue;
      await mayGoOn();
      asked = clock().getTime();
    }
  }

  function send(req: Request, res: Response, watched: Watched): Promise<void> {
    return sendContent(req, res, { ...watched.content, read: (range) => pieces(watched, range, res) });
  }

  return {
    /** `find` answers what an actor may have, and is asked again while it goes out. */
    sendTo: (actor: Actor, { req, res }: { req: Request; res: Response }, find: (now: Actor) => Promise<Content>) =>
      amongOpen(actor.personId, async () => {
        const mayGoOn = async (): Promise<void> => {
          const now = await actorNow(actor, req);
          if (now?.orgId !== actor.orgId || now.personId !== actor.personId) throw new Fault('resource.missing');
          await find(now);
        };
        await send(req, res, { content: await find(actor), mayGoOn });
      }),
    send,
  };
}
