import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { inTurn } from '../../platform/in-turn.ts';
import type { Sealing } from '../../platform/sealing.ts';
import type { SigningKeyRecord, SigningKeyRepo } from './signing-key.repo.ts';

export const signingAlgorithm = 'ES256';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A new key is made when the newest is this old. */
const renewedAfterMs = 30 * dayMs;
/** A new key is published this long before it signs, so that whoever keeps our keys for an hour knows it by then. */
const publishedAheadMs = 2 * 3_600_000;
/** Longer than anything lives that an older key has signed. */
const believedMs = renewedAfterMs + 2 * dayMs;
/** How often other processes' keys are looked for, and at most how often for a key nobody knows. */
const lookEveryMs = 5 * minuteMs;
const unknownEveryMs = 10_000;

const Half = z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string() });
type SigningKey = { id: string; publicJwk: JWK; publicKey: CryptoKey; privateKey: CryptoKey; createdAt: Date };

type Deps = { repo: SigningKeyRepo; sealing: Sealing; clock: Clock };
export type SigningKeys = ReturnType<typeof signingKeys>;

/**
 * The keys that sign access tokens, shared by all processes through the database. A key signs for thirty days; those
 * that were sealed under another master key are not believed any more.
 */
export function signingKeys({ repo, sealing, clock }: Deps) {
  const turn = inTurn();
  let known: { at: number; keys: SigningKey[] } = { at: Number.NEGATIVE_INFINITY, keys: [] };

  async function opened(record: SigningKeyRecord): Promise<SigningKey[]> {
    const { id, publicKey, sealedPrivateKey, createdAt } = record;
    const label = { purpose: 'signing-key', about: id } as const;
    const secret = sealing.open(sealedPrivateKey, label);
    if (secret === null) return [];
    const publicJwk = { ...publicKey, kid: id, alg: signingAlgorithm, use: 'sig' };
    const [ours, theirs] = await Promise.all([
      importJWK({ ...publicKey, d: secret }, signingAlgorithm),
      importJWK(publicJwk, signingAlgorithm),
    ]);
    if (ours instanceof Uint8Array || theirs instanceof Uint8Array) throw new Error('A signing key is no key pair.');
    return [{ id, publicJwk, publicKey: theirs, privateKey: ours, createdAt }];
  }

  async function look(): Promise<SigningKey[]> {
    const now = clock().getTime();
    const records = (await repo.list()).filter(({ createdAt }) => now - createdAt.getTime() < believedMs);
    const keys = (await Promise.all(records.map(opened))).flat();
    known = { at: now, keys };
    return keys;
  }

  async function make(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
    const half = Half.parse(await exportJWK(publicKey));
    const { d = '' } = await exportJWK(privateKey);
    const id = await calculateJwkThumbprint(half);
    const sealedPrivateKey = sealing.seal(d, { purpose: 'signing-key', about: id });
    await repo.insert({ id, publicKey: half, sealedPrivateKey, createdAt: clock() });
    await repo.removeBefore(new Date(clock().getTime() - believedMs));
  }

  /** All that are believed, newest first; there is always one. */
  function believed(): Promise<SigningKey[]> {
    return turn('keys', async () => {
      const now = clock().getTime();
      const keys = now - known.at < lookEveryMs ? known.keys : await look();
      const [newest] = keys;
      if (newest && now - newest.createdAt.getTime() < renewedAfterMs) return keys;
      await make();
      return look();
    });
  }

  return {
    /** The key to sign with now: the newest that has been published long enough, or the only one there is. */
    async current(): Promise<{ id: string; privateKey: CryptoKey }> {
      const keys = await believed();
      const published = keys.find(({ createdAt }) => clock().getTime() - createdAt.getTime() >= publishedAheadMs);
      const key = published ?? keys.at(-1);
      if (!key) throw new Error('There is no signing key.');
      return key;
    },

    /** The public key with this id; null where there is none (any more). Unknown ids cost one question in ten seconds. */
    async publicKey(id: string): Promise<CryptoKey | null> {
      const find = (keys: readonly SigningKey[]) => keys.find((key) => key.id === id)?.publicKey;
      const here = find(await believed());
      if (here) return here;
      const fresh = () => clock().getTime() - known.at < unknownEveryMs;
      return find(fresh() ? known.keys : await turn('keys', async () => (fresh() ? known.keys : look()))) ?? null;
    },

    /** What is published (RFC 7517). */
    jwks: async (): Promise<{ keys: JWK[] }> => ({ keys: (await believed()).map(({ publicJwk }) => publicJwk) }),
  };
}
