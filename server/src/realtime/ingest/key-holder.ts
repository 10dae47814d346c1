import { ingestClose } from '@cobench/shared/ingest/socket-protocol';
import { mayDo, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';

/** Who the holder of a key is now, or with which words and close code they are sent away. */
export type Verdict = { allowed: true; actor: Actor } | { allowed: false; code: number; reason: string };
type Deps = { actorOf: (secret: string) => Promise<Actor | null>; clock: Clock };

/** How old (milliseconds) the answer to who holds a key may be when something is stored by it. */
const longestTrust = 2000;

/** All sockets that were opened by one key, and what it allows: asked again and again, once for all of them. */
export class KeyHolder<Line extends { close(code: number, reason: string): void }> {
  readonly lines = new Set<Line>();
  readonly #secret: string;
  readonly #deps: Deps;
  #verdict: Verdict = keyOver;
  #askedAt = -Infinity;
  #asking: Promise<Verdict> | null = null;

  constructor(secret: string, deps: Deps) {
    this.#secret = secret;
    this.#deps = deps;
  }

  /** At most two seconds old. Rejects where the store does not answer. */
  async verdict(): Promise<Verdict> {
    const age = this.#deps.clock().getTime() - this.#askedAt;
    return age >= 0 && age < longestTrust ? this.#verdict : this.ask();
  }

  /** Asks now, and sends everybody away who may not stay. */
  ask(): Promise<Verdict> {
    this.#asking ??= this.#answer().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #answer(): Promise<Verdict> {
    const askedAt = this.#deps.clock().getTime();
    const actor = await this.#deps.actorOf(this.#secret);
    this.#verdict = judged(actor);
    this.#askedAt = askedAt;
    if (!this.#verdict.allowed) for (const line of this.lines) line.close(this.#verdict.code, this.#verdict.reason);
    return this.#verdict;
  }
}

function judged(actor: Actor | null): Verdict {
  if (actor?.via.kind !== 'key') return keyOver;
  return mayDo(actor, 'run.ingest') ? { allowed: true, actor } : notAllowed;
}

const keyOver: Verdict = { allowed: false, code: ingestClose.keyOver, reason: 'The key is unknown, over or revoked.' };
const notAllowed: Verdict = {
  allowed: false,
  code: ingestClose.notAllowed,
  reason: 'The key may not send data of runs.',
};
