import { Binary, type Value } from '../bson/value.ts';
import { MongoError, typeMismatch } from '../language/errors.ts';
import type { Engine } from '../storage/engine.ts';
import { Transaction } from '../storage/transaction.ts';
import type { Cursors } from './cursors.ts';

/** One transaction of a session, remembered after its end: its number must not be used again. */
export type SessionTransaction = {
  number: bigint;
  startedAt: number;
  state: 'active' | 'committed' | 'aborted';
  work: Transaction | undefined;
  /** The one that its last command came by. */
  connectionId: number;
};

/** What a command says about the transaction it belongs to. */
export type TransactionRef = {
  session: string;
  number: bigint;
  start: boolean;
  ends: boolean;
  connectionId: number;
};

const LIFETIME_MS = 60_000;
const REMEMBERED_MS = 1_800_000;

export const noSuchTransaction = (message: string): MongoError => new MongoError(251, 'NoSuchTransaction', message);

/** The name of a session: its UUID in hexadecimal. */
export function sessionOf(lsid: Value | undefined): string | undefined {
  if (lsid === undefined) return undefined;
  const id = lsid instanceof Map ? lsid.get('id') : undefined;
  if (!(id instanceof Binary) || id.sub_type !== Binary.SUBTYPE_UUID) throw typeMismatch("'lsid.id' is a UUID");
  return id.toString('hex');
}

export class Sessions {
  readonly #engine: Engine;
  readonly #cursors: Cursors;
  readonly #latest = new Map<string, SessionTransaction>();
  #onEnd: (() => void)[] = [];

  constructor(engine: Engine, cursors: Cursors) {
    this.#engine = engine;
    this.#cursors = cursors;
  }

  /** The transaction a command belongs to, begun if the command begins it. */
  enter({ session, number, start, ends, connectionId }: TransactionRef): SessionTransaction {
    const known = this.#latest.get(session);
    if (start) {
      if (known && known.number >= number)
        throw noSuchTransaction(`Given transaction number ${number} does not match any in-progress transactions.`);
      if (known) this.end(known, 'aborted');
      const work = Transaction.begin(this.#engine);
      const begun: SessionTransaction = { number, startedAt: Date.now(), state: 'active', work, connectionId };
      this.#latest.set(session, begun);
      return begun;
    }
    if (!known || known.number !== number)
      throw noSuchTransaction(
        `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${known?.number ?? -1}`,
      );
    if (known.state === 'aborted' && !ends)
      throw noSuchTransaction(`Transaction with { txnNumber: ${number} } has been aborted.`);
    if (known.state === 'committed' && !ends)
      throw new MongoError(
        256,
        'TransactionCommitted',
        `Transaction with { txnNumber: ${number} } has been committed.`,
      );
    known.connectionId = connectionId;
    return known;
  }

  end(transaction: SessionTransaction, outcome: 'committed' | 'aborted'): void {
    const { work } = transaction;
    if (!work) return;
    transaction.work = undefined;
    transaction.state = outcome;
    this.#cursors.killOwned(work);
    work.end(outcome);
    for (const wake of this.#onEnd.splice(0)) wake();
  }

  /** A session that goes on with a higher number, or ends, gives up its open transaction. */
  leave(session: string): void {
    const known = this.#latest.get(session);
    if (known) this.end(known, 'aborted');
  }

  /**
   * What a client had open whose connection is gone: nobody waits a minute for what a killed process has begun. One that
   * lives, and goes on by another connection, is told that it has to begin again.
   */
  disconnected(connectionId: number): void {
    for (const one of this.#latest.values()) if (one.connectionId === connectionId) this.end(one, 'aborted');
  }

  /** Resolves when some transaction has ended, or after `milliseconds`. */
  async someEnd(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#onEnd.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Aborts what has been open for longer than a minute, as MongoDB does; forgets old sessions. */
  expire(): void {
    const now = Date.now();
    for (const [session, one] of this.#latest) {
      if (now - one.startedAt > LIFETIME_MS) this.end(one, 'aborted');
      if (now - one.startedAt > REMEMBERED_MS) this.#latest.delete(session);
    }
  }

  close(): void {
    for (const one of this.#latest.values()) this.end(one, 'aborted');
  }
}
