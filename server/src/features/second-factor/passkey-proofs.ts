import { isIP } from 'node:net';
import type { NewPasskey, PasskeyProof } from '@cobench/shared/identity/second-factor';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import type { PasskeyRecord, SecondFactorRepo } from './second-factor.repo.ts';

const challengeMs = 5 * 60_000;
/** EdDSA, ES256 and RS256, by their COSE numbers: every browser has one of them. */
const supportedAlgorithmIDs = [-8, -7, -257];

type Owner = { personId: string; name: string; label: string };
type Deps = { repo: Pick<SecondFactorRepo, 'keepChallenge' | 'takeChallenge'>; publicUrl: string; clock: Clock };
type ProvenPasskey = Pick<PasskeyRecord, 'id' | 'publicKey' | 'counter' | 'transports' | 'isSynced'>;

/**
 * Asks browsers for passkeys and checks what they answer (WebAuthn Level 3, sections 7.1 and 7.2). Whoever shows one
 * unlocked it: with a finger, a face or a PIN. So it is two factors in one.
 */
export function passkeyProofs({ repo, publicUrl, clock }: Deps) {
  const { hostname: rpID, origin } = new URL(publicUrl);

  async function keep<O extends { challenge: string }>(options: O): Promise<O> {
    const expiresAt = new Date(clock().getTime() + challengeMs);
    await repo.keepChallenge({ hash: hashOfSecret(options.challenge), expiresAt });
    return options;
  }

  /** The challenge an answer is to, used up. @throws Fault `second-factor.wrong` */
  async function take(clientDataJSON: string): Promise<string> {
    const challenge = challengeIn(clientDataJSON);
    const known = challenge !== null && (await repo.takeChallenge(hashOfSecret(challenge), clock()));
    if (!known) throw new Fault('second-factor.wrong', { detail: 'That took too long. Try again.' });
    return challenge;
  }

  return {
    /** A browser binds passkeys to a name; at a numeric address there are none. */
    work: isIP(rpID.replace(/^\[|\]$/g, '')) === 0,

    /** What to ask a browser with for a new passkey. */
    async toMake({ personId, name, label }: Owner, known: readonly PasskeyRecord[]) {
      const options = await generateRegistrationOptions({
        rpName: 'Cobench',
        rpID,
        userID: new Uint8Array(Buffer.from(personId)),
        userName: label,
        userDisplayName: name,
        excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
        supportedAlgorithmIDs,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      return keep(options);
    },

    /** @throws Fault `second-factor.wrong` */
    async made({ response, ...answer }: NewPasskey): Promise<ProvenPasskey> {
      const expectedChallenge = await take(response.clientDataJSON);
      const { transports = [] } = response;
      const { registrationInfo: info } = await trusted(
        verifyRegistrationResponse({
          response: { ...withoutUndefined(answer), response: { ...response, transports } },
          expectedChallenge,
          expectedOrigin: origin,
          expectedRPID: rpID,
          supportedAlgorithmIDs,
        }),
      );
      if (!info) throw new Fault('second-factor.wrong');
      const { id, publicKey, counter } = info.credential;
      return { id, publicKey, counter, transports, isSynced: info.credentialBackedUp };
    },

    /** What to ask a browser with for one of these passkeys; for any of ours where none are named. */
    async toShow(known: readonly PasskeyRecord[]) {
      const allowCredentials = known.map(({ id, transports }) => ({ id, transports }));
      return keep(await generateAuthenticationOptions({ rpID, allowCredentials, userVerification: 'required' }));
    },

    /** Answers the authenticator's count of signatures. @throws Fault `second-factor.wrong` */
    async shown({ response, ...answer }: PasskeyProof, { personId, ...passkey }: PasskeyRecord): Promise<number> {
      const expectedChallenge = await take(response.clientDataJSON);
      const { userHandle } = response;
      if (userHandle && Buffer.from(userHandle, 'base64url').toString() !== personId) {
        throw new Fault('second-factor.wrong');
      }
      const { verified, authenticationInfo } = await trusted(
        verifyAuthenticationResponse({
          response: { ...withoutUndefined(answer), response: withoutUndefined(response) },
          expectedChallenge,
          expectedOrigin: origin,
          expectedRPID: rpID,
          credential: passkey,
        }),
      );
      if (!verified) throw new Fault('second-factor.wrong');
      return authenticationInfo.newCounter;
    },
  };
}
export type PasskeyProofs = ReturnType<typeof passkeyProofs>;

function challengeIn(clientDataJSON: string): string | null {
  try {
    const data: unknown = decodeClientDataJSON(clientDataJSON);
    return z.object({ challenge: z.string() }).safeParse(data).data?.challenge ?? null;
  } catch {
    return null;
  }
}

/** The library throws for whatever is wrong with an answer. */
async function trusted<T>(verified: Promise<T>): Promise<T> {
  try {
    return await verified;
  } catch (cause) {
    throw new Fault('second-factor.wrong', { cause });
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const withoutUndefined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
