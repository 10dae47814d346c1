import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import type { Problem } from '@cobench/shared/errors';
import { identityEndpoints, type Me } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { isUnreachable, problemOf } from '#lib/api/problem.ts';
import type { CopyOwner } from '#lib/realtime/copy/copies.ts';
import { ownerOf, RememberedPerson } from './remembered-person.ts';

export type SessionState =
  | { state: 'loading' }
  | { state: 'signed-in'; me: Me }
  | { state: 'signed-out' }
  | { state: 'failed'; problem: Problem };

type SessionParts = {
  remembered?: RememberedPerson;
  /** The session of these people is over: what they have on this computer is for nobody to see. */
  onended?: (owner: CopyOwner) => void;
  /** Somebody else is signed in than this page was drawn for. */
  onsomebodyelse?: () => void;
};

/** Milliseconds after which the page is drawn for whoever was signed in last, while the server has not answered. */
const patience = 3000;

/** Who is signed in, and what they may do. */
export class Session {
  now = $state.raw<SessionState>({ state: 'loading' });
  /** The server has not been asked yet who this is: it could not be reached. */
  unconfirmed = $state(false);
  readonly me = $derived.by(() => (this.now.state === 'signed-in' ? this.now.me : null));
  readonly role = $derived.by(() => this.me?.role ?? null);
  readonly remembered: RememberedPerson;
  readonly #parts: SessionParts;

  constructor({ remembered = new RememberedPerson(), ...parts }: SessionParts = {}) {
    this.remembered = remembered;
    this.#parts = parts;
  }

  /** Asks the server who is signed in. Where it does not answer it is whoever was signed in here last. */
  async load(): Promise<void> {
    this.now = { state: 'loading' };
    const timer = setTimeout(() => this.#trustMemory(), patience);
    try {
      const me = await call(identityEndpoints.me, {});
      if (this.unconfirmed && !this.#isSame(me)) this.#parts.onsomebodyelse?.();
      else this.#isSignedIn(me);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.type === 'auth.required') this.#hasEnded();
      else if (!isUnreachable(problem) || !this.#trustMemory()) this.now = { state: 'failed', problem };
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The server may be back: asks it who this is. Answers whether it is somebody else than this page was drawn for, who
   * must not go on in it.
   */
  async confirm(): Promise<'same' | 'somebody-else' | 'unknown'> {
    try {
      const me = await call(identityEndpoints.me, {});
      if (!this.#isSame(me)) return 'somebody-else';
      this.#isSignedIn(me);
      return 'same';
    } catch (error) {
      problemOf(error);
      return 'unknown';
    }
  }

  /** Whether the signed-in role may do this here; the server judges by the same table. */
  may(action: Action): boolean {
    return roleAllows(this.role, action);
  }

  /** Whether the server knows the same person again, after it had forgotten them. */
  async isBack(): Promise<boolean> {
    return (await this.confirm()) === 'same';
  }

  /** The session is over: signed out here or elsewhere, revoked or expired. */
  end(): void {
    this.now = { state: 'signed-out' };
  }

  #isSignedIn(me: Me): void {
    this.unconfirmed = false;
    this.remembered.signedIn(me);
    this.now = { state: 'signed-in', me };
  }

  #isSame(me: Me): boolean {
    const [one, other] = [ownerOf(me), this.me && ownerOf(this.me)];
    return one.personId === other?.personId && one.organisationId === other.organisationId;
  }

  /** Draws the page for whoever was signed in last; false where nobody was. */
  #trustMemory(): boolean {
    const { me } = this.remembered;
    if (me === null) return false;
    this.unconfirmed = true;
    this.now = { state: 'signed-in', me };
    return true;
  }

  #hasEnded(): void {
    const owner = this.remembered.ended();
    // A page that was drawn already hears of it from the answer itself, and may have something to keep.
    if (this.unconfirmed) return;
    if (owner !== null) this.#parts.onended?.(owner);
    this.end();
  }
}
