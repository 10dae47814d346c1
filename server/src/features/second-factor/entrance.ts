import type { SignInStep } from '@cobench/shared/identity/second-factor';
import type { Request } from 'express';
import { sessionOf, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import type { Sealing } from '../../platform/sealing.ts';
import type { Doer, Trail } from '../audit/index.ts';
import type { Arrival, Identity } from '../identity/index.ts';
import { stepOf } from './codes.ts';
import type { Factors, SecondFactorRepo } from './second-factor.repo.ts';
import type { Tell } from './tell.ts';

type Deps = {
  repo: SecondFactorRepo;
  identity: Pick<Identity, 'sessions' | 'asksSecondFactor' | 'placesOf'>;
  /** When somebody's password was last chosen; null for people without one. */
  passwordSince: (personId: string) => Promise<Date | null>;
  sealing: Sealing;
  trail: Trail;
  tell: Tell;
  clock: Clock;
};
type Place = { device: string; address: string };
type Who = Pick<Arrival, 'personId' | 'orgId'>;
/** Who shows a code, and as whom the trail names them. */
type Shown = { personId: string; code: string; by: Doer };
export type Entrance = ReturnType<typeof entrance>;

const guessWindowMs = 15 * 60_000;
const mostGuesses = 10;

/** What all ways to sign in end with: a session, or the question for a second factor. */
export function entrance({ repo, identity, passwordSince, sealing, trail, tell, clock }: Deps) {
  const { sessions } = identity;

  /** Somebody who has shown a part of who they are, as the trail names them. */
  async function visitor({ personId, orgId }: Who): Promise<Doer> {
    const place = (await identity.placesOf(personId)).find((one) => one.orgId === orgId);
    return { orgId, outside: 'visitor', name: place?.name ?? '' };
  }

  async function refuse({ personId, by }: Omit<Shown, 'code'>, reason: string): Promise<never> {
    trail.refused(by, { action: 'session.begin', recordId: personId, reason });
    throw new Fault('second-factor.wrong', { detail: reason });
  }

  /** Counted before it is looked at, whatever door it came to: however many come at once, there are no more. */
  async function requireGuess({ personId }: Pick<Shown, 'personId'>): Promise<void> {
    const now = clock();
    const since = new Date(now.getTime() - guessWindowMs);
    const guess = await repo.countGuess(personId, { now, since, most: mostGuesses });
    if (guess === 'counted') return;
    if (guess === 'first too many') {
      void tell(personId, 'somebody who knows your password tried many codes that were wrong');
    }
    throw new Fault('rate.limited', { retryAfterSeconds: guessWindowMs / 1000 });
  }

  async function isRecoveryCode({ personId, code, by }: Shown): Promise<boolean> {
    const change = () => repo.useRecovery(personId, hashOfSecret(code));
    const told = () => ({ id: personId, name: 'recovery code' });
    return (await trail.record(by, 'second-factor.use', { change, told })) !== null;
  }

  async function isAppCode({ personId, code }: Shown): Promise<boolean> {
    const { authenticator } = await repo.of(personId);
    if (!authenticator) return false;
    await requireGuess({ personId });
    const secret = sealing.open(authenticator.sealed, { purpose: 'authenticator', about: personId });
    const step = secret === null ? null : stepOf(code, { secret, now: clock() });
    if (step === null || !(await repo.useStep(personId, step))) return false;
    await repo.forgetGuesses(personId);
    return true;
  }

  /** Recovery codes are too long to be guessed. @throws Fault `second-factor.wrong`, which the trail notes; `rate.limited` */
  async function requireCode(shown: Shown): Promise<void> {
    if (await (shown.code.length > 6 ? isRecoveryCode(shown) : isAppCode(shown))) return;
    await refuse(shown, 'The code is wrong, or was used already.');
  }

  /** Whoever changed the password meanwhile has ended all sessions but the one that was not there yet. */
  async function requireSamePassword({ personId, passwordSince: then }: Arrival, end: () => Promise<unknown>) {
    if (then === undefined || (await passwordSince(personId))?.getTime() === then.getTime()) return;
    await end();
    throw new Fault('credentials.wrong');
  }

  return {
    requireCode,
    refuse,
    visitor,

    /** Goes on with somebody who has shown who they are. @throws Fault `credentials.wrong` where that is not so any more. */
    async admit(req: Request, arrival: Arrival): Promise<SignInStep> {
      const { secondFactor, ...rest } = arrival;
      const has = !secondFactor && hasFactor(await repo.of(rest.personId));
      const mustSetUp = !secondFactor && !has && (await identity.asksSecondFactor(rest.orgId));
      if (has || mustSetUp) await sessions.wait(req, { ...rest, mustSetUp });
      else await sessions.begin(req, arrival);
      await requireSamePassword(arrival, () => sessions.endOwn(req));
      if (!has && !mustSetUp) return 'signed-in';
      const reason = `A second factor is asked for. From ${req.ip ?? ''}.`;
      trail.refused(await visitor(rest), { action: 'session.begin', recordId: rest.personId, reason });
      return mustSetUp ? 'set-up-second-factor' : 'show-second-factor';
    },

    /**
     * The same for a program, which shows all it has at once. Answers its session.
     * @throws Fault `second-factor.required`, `second-factor.wrong`, `rate.limited`; `credentials.wrong` as above.
     */
    async admitProgram(
      arrival: Omit<Arrival, 'secondFactor'>,
      code: string | undefined,
      place: Place,
    ): Promise<string> {
      const { personId, orgId } = arrival;
      const secondFactor = hasFactor(await repo.of(personId));
      const by = await visitor(arrival);
      const lack = async (detail: string): Promise<never> => {
        const reason = `${detail} From ${place.address}.`;
        trail.refused(by, { action: 'session.begin', recordId: personId, reason });
        throw new Fault('second-factor.required', { detail });
      };
      if (secondFactor && code === undefined) await lack('A code of the second factor is asked for.');
      if (!secondFactor && (await identity.asksSecondFactor(orgId))) {
        await lack('Your organisation asks for a second factor. Sign in with a browser to set one up.');
      }
      if (secondFactor && code !== undefined) await requireCode({ personId, code, by });
      const id = await sessions.beginApi({ ...arrival, secondFactor }, place);
      await requireSamePassword({ ...arrival, secondFactor }, () => sessions.endApi(id));
      return id;
    },

    /**
     * Ends the waiting: they have shown a second factor, or just set one up.
     * @throws Fault `auth.required` where it was ended meanwhile; `credentials.wrong` where their password is another one.
     */
    async finish(req: Request): Promise<void> {
      const waiting = await sessions.takeWaiting(req);
      if (!waiting) throw new Fault('auth.required');
      const { mustSetUp: _mustSetUp, until: _until, ...rest } = waiting;
      const arrival = { ...rest, secondFactor: true, confirmedAt: clock() };
      await sessions.begin(req, arrival);
      await requireSamePassword(arrival, () => sessions.endOwn(req));
      if (hasFactor(await repo.of(arrival.personId))) return;
      // They were taken away while this came in.
      await sessions.endOwn(req);
      throw new Fault('auth.required');
    },

    /** @throws Fault `confirmation.required` where somebody has a factor, and did not show it within fifteen minutes. */
    async requireShown(actor: Actor): Promise<void> {
      if (hasFactor(await repo.of(actor.personId))) await sessions.requireConfirmed(sessionOf(actor));
    },
  };
}

/** Recovery codes are for when the others are lost, and no factor by themselves. */
export const hasFactor = ({ authenticator, passkeys }: Pick<Factors, 'authenticator' | 'passkeys'>): boolean =>
  authenticator !== null || passkeys.length > 0;
