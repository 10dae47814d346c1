import type { Clock } from '../../platform/clock.ts';
import type { CollabDocument, Person } from './peer.ts';

/** What a person may do with a document now; the last three are the close codes of those who may do nothing. */
export type Access = 'write' | 'read' | 'signedOut' | 'notAllowed' | 'missing';

/** What was true when it was asked, `asOf` in milliseconds: whoever answers many may give an answer that is there. */
export type AccessAsOf = { access: Access; asOf: number };

/** The one question about rights. A rejection means that nobody knows: the socket is closed and may come back. */
export type AskAccess = (person: Person, document: CollabDocument) => Promise<AccessAsOf>;

/** The last answer about somebody's rights, and how old it is. */
export class Lease {
  readonly #ask: () => Promise<AccessAsOf>;
  readonly #clock: Clock;
  #access: Access = 'notAllowed';
  #asOf = -Infinity;
  #turn = 0;
  #asking: Promise<Access> | null = null;

  constructor(ask: () => Promise<AccessAsOf>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  get access(): Access {
    return this.#access;
  }

  /** Milliseconds since the last answer was true. */
  get age(): number {
    return this.#clock().getTime() - this.#asOf;
  }

  /** A fresh answer; joins the question that is on its way. */
  current(): Promise<Access> {
    return this.#asking ?? this.renew();
  }

  /** Asks now. What is on its way may have been answered before something changed: its answer no longer counts. */
  renew(): Promise<Access> {
    this.#turn++;
    this.#asking = this.#answer(this.#turn);
    return this.#asking;
  }

  async #answer(turn: number): Promise<Access> {
    const [answer] = await Promise.allSettled([this.#ask()]);
    if (turn !== this.#turn) return this.#asking ?? this.#access;
    this.#asking = null;
    if (answer.status === 'rejected') throw answer.reason;
    this.#access = answer.value.access;
    this.#asOf = answer.value.asOf;
    return this.#access;
  }
}
