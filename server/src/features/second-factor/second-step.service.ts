import { localRealm } from '@cobench/shared/identity/sign-in';
import type { PasskeyProof, SignInStep } from '@cobench/shared/identity/second-factor';
import type { Request } from 'express';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { AccountService } from '../accounts/index.ts';
import { installationChain } from '../audit/index.ts';
import type { Identity } from '../identity/index.ts';
import type { Entrance } from './entrance.ts';
import type { PasskeyProofs } from './passkey-proofs.ts';
import type { SecondFactorRepo } from './second-factor.repo.ts';
import type { ShownPasskey } from './shown-passkey.ts';

type Deps = {
  repo: Pick<SecondFactorRepo, 'of'>;
  proofs: Pick<PasskeyProofs, 'toShow'>;
  shownPasskey: ShownPasskey;
  entrance: Pick<Entrance, 'requireCode' | 'visitor' | 'finish'>;
  identity: Pick<Identity, 'sessions' | 'membershipsOf'>;
  accounts: Pick<AccountService, 'mine'>;
  clock: Clock;
};
export type SecondStepService = ReturnType<typeof secondStepService>;

/** The second step of a sign-in, and the only one where a passkey is enough. */
export function secondStepService({ repo, proofs, shownPasskey, entrance, identity, accounts, clock }: Deps) {
  const { sessions } = identity;

  return {
    /** The sign-in of this browser that waits; null where none does. */
    async waiting(req: Request) {
      const waiting = sessions.waiting(req);
      if (!waiting) return { waiting: null };
      const { personId, orgId, mustSetUp } = waiting;
      const [{ authenticator, passkeys }, places] = await Promise.all([
        repo.of(personId),
        identity.membershipsOf(personId),
      ]);
      const step: SignInStep = mustSetUp ? 'set-up-second-factor' : 'show-second-factor';
      const name = places.find((place) => place.orgId === orgId)?.name ?? '';
      const has = { hasAuthenticator: authenticator !== null, hasPasskey: passkeys.length > 0 };
      return { waiting: { step, name, ...has } };
    },

    /** @throws Fault `auth.required` where nobody waits; `second-factor.wrong`, `rate.limited` */
    async showCode(req: Request, code: string): Promise<void> {
      const waiting = sessions.waiting(req);
      if (!waiting || waiting.mustSetUp) throw new Fault('auth.required');
      await entrance.requireCode({ personId: waiting.personId, code, by: await entrance.visitor(waiting) });
      await entrance.finish(req);
    },

    /** What to ask a browser with for a passkey of who waits, or is signed in; else for anybody's. */
    async askPasskey(req: Request) {
      const personId = sessions.waiting(req)?.personId ?? req.actor?.personId;
      return { ...(await proofs.toShow(personId === undefined ? [] : (await repo.of(personId)).passkeys)) };
    },

    /**
     * Finishes a sign-in that waits; where none does, a passkey is enough for whoever has an account here. People of a
     * provider go there first: it may have dismissed them.
     * @throws Fault `second-factor.wrong`; `access.denied` for who may work nowhere.
     */
    async showPasskey(req: Request, proof: PasskeyProof): Promise<void> {
      const waiting = sessions.waiting(req);
      if (waiting && !waiting.mustSetUp) {
        await shownPasskey(proof, { personId: waiting.personId, by: await entrance.visitor(waiting) });
        return entrance.finish(req);
      }
      const { personId } = await shownPasskey(proof, {
        by: { orgId: installationChain, outside: 'visitor', name: '' },
      });
      const [membership] = await identity.membershipsOf(personId);
      if (!membership) throw new Fault('access.denied', { detail: 'You are not a member of any organisation here.' });
      if ((await accounts.mine({ personId })).email === null) {
        throw new Fault('second-factor.wrong', {
          detail: 'Sign in with your organisation first, then show the passkey.',
        });
      }
      const { orgId } = membership;
      const arrival = { personId, orgId, realm: localRealm, secondFactor: true, confirmedAt: clock() };
      return sessions.begin(req, arrival);
    },
  };
}
