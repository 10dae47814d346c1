import type { SignInStep } from '@cobench/shared/identity/second-factor';
import type { Request } from 'express';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import type { Sealing } from '../../platform/sealing.ts';
import type { Doer, Trail } from '../audit/index.ts';
import type { Arrival, Identity } from '../identity/index.ts';
import { stepOf } from './codes.ts';
import type { Factors, SecondFactorRepo } from './second-factor.repo.ts';

type Deps = {
  repo: SecondFactorRepo;
  identity: Pick<Identity, 'sessions' | 'asksSecondFactor'>;
  sealing: Sealing;
  trail: Trail;
  clock: Clock;
};
type Program = { code?: string | undefined; place: { device: string; address: string } };
/** Who shows a code, and as whom the trail names them. */
type Shown = { personId: string; code: string; by: Doer };
export type Entrance = ReturnType<typeof entrance>;

/** What all ways to sign in end with: a session, or the question for a second factor. */
export function entrance({ repo, identity, sealing, trail, clock }: Deps) {
  const { sessions } = identity;

  async function isCode({ personId, code, by }: Shown): Promise<boolean> {
    if (code.length > 6) {
      const use = () => repo.useRecovery(personId, hashOfSecret(code));
      const used = await trail.record(by, 'second-factor.use', {
        change: use,
        told: () => ({ id: personId, name: 'recovery code' }),
      });
      return used !== null;
    }
    const { authenticator } = await repo.of(personId);
    const secret = authenticator && sealing.open(authenticator.sealed, { purpose: 'authenticator', about: personId });
    const step = secret ? stepOf(code, { secret, now: clock() }) : null;
    return step !== null && repo.useStep(personId, step);
  }

  /** @throws Fault `second-factor.wrong`, which the trail notes. */
  async function requireCode(shown: Shown): Promise<void> {
    if (await isCode(shown)) return;
    const reason = 'The code is wrong, or was used already.';
    trail.refused(shown.by, { action: 'session.begin', recordId: shown.personId, reason });
    throw new Fault('second-factor.wrong', { detail: reason });
  }

  return {
    requireCode,

    /** Goes on with somebody who has shown who they are. */
    async admit(req: Request, arrival: Arrival): Promise<SignInStep> {
      const { secondFactor, ...rest } = arrival;
      const has = !secondFactor && hasFactor(await repo.of(rest.personId));
      const mustSetUp = !secondFactor && !has && (await identity.asksSecondFactor(rest.orgId));
      if (!has && !mustSetUp) {
        await sessions.begin(req, arrival);
        return 'signed-in';
      }
      await sessions.wait(req, { ...rest, mustSetUp });
      return mustSetUp ? 'set-up-second-factor' : 'show-second-factor';
    },

    /**
     * The same for a program, which shows all it has at once. Answers its session.
     * @throws Fault `second-factor.required`, `second-factor.wrong`
     */
    async admitProgram(arrival: Omit<Arrival, 'secondFactor'>, { code, place }: Program): Promise<string> {
      const { personId, orgId } = arrival;
      const secondFactor = hasFactor(await repo.of(personId));
      if (secondFactor && code === undefined) throw new Fault('second-factor.required', { detail: 'Send its code.' });
      if (!secondFactor && (await identity.asksSecondFactor(orgId))) {
        const detail = 'Your organisation asks for a second factor. Sign in with a browser to set one up.';
        throw new Fault('second-factor.required', { detail });
      }
      if (secondFactor && code !== undefined) {
        await requireCode({ personId, code, by: { orgId, outside: 'visitor', name: place.device } });
      }
      return sessions.beginApi({ ...arrival, secondFactor }, place);
    },

    /** Ends the waiting: they have shown a second factor, or just set one up. */
    async finish(req: Request): Promise<void> {
      const waiting = sessions.waiting(req);
      if (!waiting) throw new Fault('auth.required');
      const { mustSetUp: _mustSetUp, until: _until, ...arrival } = waiting;
      await sessions.begin(req, { ...arrival, secondFactor: true });
    },
  };
}

/** Recovery codes are for when the others are lost, and no factor by themselves. */
export const hasFactor = ({ authenticator, passkeys }: Factors): boolean =>
  authenticator !== null || passkeys.length > 0;
