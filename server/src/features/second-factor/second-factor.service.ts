import type { NewPasskey, Passkey, PasskeyProof, SecondFactors } from '@cobench/shared/identity/second-factor';
import { authorize, sessionOf, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import type { Sealing } from '../../platform/sealing.ts';
import type { AccountService } from '../accounts/index.ts';
import type { Doer, Trail } from '../audit/index.ts';
import type { Identity } from '../identity/index.ts';
import { newAuthenticatorSecret, newRecoveryCodes, stepOf } from './codes.ts';
import { hasFactor, type Entrance } from './entrance.ts';
import type { PasskeyProofs } from './passkey-proofs.ts';
import type { PasskeyRecord, SecondFactorRepo } from './second-factor.repo.ts';
import type { ShownPasskey } from './shown-passkey.ts';
import type { Tell } from './tell.ts';

type Deps = {
  repo: SecondFactorRepo;
  proofs: PasskeyProofs;
  shownPasskey: ShownPasskey;
  entrance: Pick<Entrance, 'requireCode'>;
  identity: Pick<Identity, 'sessions' | 'membershipsOf' | 'placesOf' | 'asksSecondFactor'>;
  accounts: Pick<AccountService, 'isPasswordOf'>;
  sealing: Sealing;
  trail: Trail;
  tell: Tell;
  clock: Clock;
};
type Codes = { recoveryCodes: string[] };
type Nothing = Record<string, never>;
/** Whether they had a factor when they showed who they are. */
type Confirmed = { had: boolean };
/** What is added or removed, and how; null where there was nothing to do. */
type Change = { name: string; write: () => Promise<object | null> };
type Proof = { password?: string | undefined; code?: string | undefined; passkey?: PasskeyProof | undefined };
export type SecondFactorService = ReturnType<typeof secondFactorService>;

const mostPasskeys = 20;

/** What people show besides a password: an authenticator app, passkeys, and recovery codes for when those are lost. */
export function secondFactorService(deps: Deps) {
  const { repo, proofs, shownPasskey, entrance, identity, accounts, sealing, trail, tell, clock } = deps;
  const { sessions } = identity;

  const isSettingUp = (actor: Actor): boolean => sessionOf(actor) === '';

  /**
   * Whoever sits at an open screen, has stolen its session, or knows no more than a password, does not change how
   * somebody signs in.
   */
  async function requireConfirmed(actor: Actor): Promise<Confirmed> {
    const had = hasFactor(await repo.of(actor.personId));
    if (!isSettingUp(actor)) await sessions.requireConfirmed(sessionOf(actor));
    // They are setting their first one up. Where there is one meanwhile, a password is not enough any more.
    else if (had) throw new Fault('auth.required');
    return { had };
  }

  /** Within a transaction: they have what they had when they confirmed. @throws Fault `edit.conflict` where that is not so. */
  async function requireUnchanged(personId: string, { had }: Confirmed): Promise<void> {
    await repo.touch(personId);
    if (hasFactor(await repo.of(personId)) !== had) throw new Fault('edit.conflict');
  }

  async function isAsked(personId: string): Promise<boolean> {
    const places = await identity.membershipsOf(personId);
    return identity.asksSecondFactor(...places.map(({ orgId }) => orgId));
  }

  /** The first factor comes with recovery codes. Within the transaction that adds it. */
  async function firstCodes(personId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await repo.setRecovery(personId, hashesOf(codes));
    return codes;
  }

  /** Writes the new factor down, with recovery codes where it is the first; then what came in without one is over. */
  async function add(actor: Actor, { name, write }: Change, confirmed: Confirmed): Promise<Codes> {
    const { personId } = actor;
    let recoveryCodes: string[] = [];
    const added = await trail.record(actor, 'second-factor.add', {
      change: async () => {
        await requireUnchanged(personId, confirmed);
        const written = await write();
        recoveryCodes = written && !confirmed.had ? await firstCodes(personId) : [];
        return written;
      },
      told: () => ({ id: personId, name }),
    });
    if (!added) throw new Fault('state.conflict', { detail: 'You have this one already.' });
    if (!isSettingUp(actor)) {
      await sessions.confirm(sessionOf(actor), { secondFactor: true });
      await endWeaker(actor);
    }
    void tell(personId, `${name} was added`);
    return { recoveryCodes };
  }

  /** What came in with less than they have now is over. */
  async function endWeaker(actor: Actor): Promise<void> {
    const weaker = { personId: actor.personId, secondFactor: false } as const;
    await sessions.endMatching(weaker, { by: actor, action: 'session.end' });
  }

  async function remove(actor: Actor, { name, write }: Change): Promise<Nothing> {
    const confirmed = await requireConfirmed(actor);
    const { personId } = actor;
    const asked = await isAsked(personId);
    const removed = await trail.record(actor, 'second-factor.remove', {
      before: { id: personId, name },
      change: async () => {
        await requireUnchanged(personId, confirmed);
        const written = await write();
        if (!written || hasFactor(await repo.of(personId))) return written;
        if (asked) throw stillAsked();
        // Codes for factors that are gone are not to be good for the next ones.
        await repo.setRecovery(personId, []);
        return written;
      },
      told: () => null,
    });
    if (!removed) throw new Fault('resource.missing');
    void tell(personId, `${name} was removed`);
    return {};
  }

  return {
    passkeysWork: proofs.work,
    endWeaker,

    async mine(actor: Actor): Promise<SecondFactors> {
      sessionOf(actor);
      const { authenticator, passkeys, recoveryHashes } = await repo.of(actor.personId);
      return {
        authenticatorSince: authenticator?.since.toISOString() ?? null,
        passkeys: passkeys.map(toPasskey),
        recoveryCodesLeft: recoveryHashes.length,
        isRequired: await isAsked(actor.personId),
        passkeysWork: proofs.work,
      };
    },

    /**
     * Who has a second factor confirms with it: a password alone may be all that a thief has.
     * @throws Fault `second-factor.wrong`, `rate.limited`; `input.invalid` for a wrong password.
     */
    async confirm(actor: Actor, { password, code, passkey }: Proof): Promise<Nothing> {
      const sessionId = sessionOf(actor);
      const { personId } = actor;
      const has = hasFactor(await repo.of(personId));
      if (passkey) await shownPasskey(passkey, { personId, by: actor });
      else if (code !== undefined) await entrance.requireCode({ personId, code, by: actor });
      else if (has || password === undefined) throw invalidField('code', 'Show your second factor.');
      else if (!(await accounts.isPasswordOf(actor, password))) {
        throw invalidField('password', 'This is not your password.');
      }
      await sessions.confirm(sessionId, has ? { secondFactor: true } : {});
      return {};
    },

    async newAuthenticator(actor: Actor): Promise<{ secret: string; uri: string }> {
      await requireConfirmed(actor);
      return newAuthenticatorSecret(actor.name);
    },

    /** In the place of the app before. @throws Fault `input.invalid` where the app's first code is not of this secret. */
    async addAuthenticator(actor: Actor, { secret, code }: { secret: string; code: string }): Promise<Codes> {
      const confirmed = await requireConfirmed(actor);
      const now = clock();
      const lastStep = stepOf(code, { secret, now });
      if (lastStep === null) throw invalidField('code', 'This code is not right. Is the clock of the device right?');
      const { personId } = actor;
      const sealed = sealing.seal(secret, { purpose: 'authenticator', about: personId });
      const write = () => repo.setAuthenticator(personId, { sealed, since: now, lastStep });
      return add(actor, { name: 'authenticator app', write }, confirmed);
    },

    removeAuthenticator: (actor: Actor): Promise<Nothing> =>
      remove(actor, { name: 'authenticator app', write: () => repo.removeAuthenticator(actor.personId) }),

    async newPasskey(actor: Actor) {
      await requireConfirmed(actor);
      const { personId, name } = actor;
      const [{ passkeys }, [place]] = await Promise.all([repo.of(personId), identity.membershipsOf(personId)]);
      if (passkeys.length >= mostPasskeys) {
        throw new Fault('state.conflict', { detail: `At most ${mostPasskeys} passkeys.` });
      }
      return { ...(await proofs.toMake({ personId, name, label: place?.email || name }, passkeys)) };
    },

    async addPasskey(actor: Actor, { name, passkey }: { name: string; passkey: NewPasskey }): Promise<Codes> {
      const confirmed = await requireConfirmed(actor);
      const proven = await proofs.made(passkey);
      const record = { ...proven, personId: actor.personId, name, createdAt: clock(), lastUsedAt: null };
      return add(actor, { name: `passkey ${name}`, write: () => repo.addPasskey(record) }, confirmed);
    },

    async removePasskey(actor: Actor, { passkey: id }: { passkey: string }): Promise<Nothing> {
      const { personId } = actor;
      const gone = (await repo.of(personId)).passkeys.find((passkey) => passkey.id === id);
      if (!gone) throw new Fault('resource.missing');
      return remove(actor, { name: `passkey ${gone.name}`, write: () => repo.removePasskey(personId, id) });
    },

    async newRecoveryCodes(actor: Actor): Promise<Codes> {
      const confirmed = await requireConfirmed(actor);
      const { personId } = actor;
      if (!confirmed.had) {
        throw new Fault('state.conflict', { detail: 'Recovery codes come with a second factor.' });
      }
      const recoveryCodes = newRecoveryCodes();
      const change = async () => {
        await requireUnchanged(personId, confirmed);
        await repo.setRecovery(personId, hashesOf(recoveryCodes));
        return { id: personId, name: 'recovery codes' };
      };
      await trail.record(actor, 'second-factor.renew', { change });
      void tell(personId, 'new recovery codes were made');
      return { recoveryCodes };
    },

    /**
     * For who lost theirs; every session of theirs ends. Who works in other organisations too is not one's to open.
     * @throws Fault `state.conflict` for oneself too; `confirmation.required`
     */
    async reset(actor: Actor, { id }: { id: string }): Promise<Nothing> {
      const places = await identity.placesOf(id);
      await authorize(actor, 'member.manage', async (orgId) => places.find((place) => place.orgId === orgId) ?? null);
      if (id === actor.personId) {
        throw new Fault('state.conflict', { detail: 'Your own you change in your settings.' });
      }
      if (places.some(({ orgId }) => orgId !== actor.orgId)) {
        const detail = 'They also work in another organisation. Whoever runs Cobench here can take their factors away.';
        throw new Fault('state.conflict', { detail });
      }
      await requireConfirmed(actor);
      await this.takeAway([actor], { id, name: places[0]?.name ?? '' });
      return {};
    },

    /** Takes all second factors of somebody away, and ends their sessions; in the trail of each organisation it is done for. */
    async takeAway(doers: readonly Doer[], { id, name }: { id: string; name: string }): Promise<void> {
      const change = async () => {
        await repo.touch(id);
        await repo.removeAll(id);
        return { id, name };
      };
      for (const by of doers) {
        const endAll = () =>
          sessions.endMatching({ personId: id }, { by, action: 'member.sign-out', record: { id, name } });
        // Before, so that nobody sets one up anew who came in with the old ones; and after, for who came in meanwhile.
        await endAll();
        await trail.record(by, 'second-factor.reset', { change });
        await endAll();
      }
      await tell(id, 'all second factors were taken away by an administrator');
    },
  };
}

const stillAsked = (): Fault =>
  new Fault('state.conflict', { detail: 'Your organisation asks for a second factor. Add another one first.' });

const hashesOf = (codes: readonly string[]): string[] => codes.map((code) => hashOfSecret(code.replaceAll('-', '')));

const toPasskey = ({ id, name, createdAt, lastUsedAt, isSynced }: PasskeyRecord): Passkey => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  isSynced,
});
