import type { NewPasskey } from '@cobench/shared/identity/second-factor';

/** An authenticator app: its sealed secret, and the last time step a code of which was used (RFC 6238, section 5.2). */
export type Authenticator = { sealed: string; since: Date; lastStep: number };

export type PasskeyRecord = {
  /** The credential id, as the browser says it. */
  id: string;
  personId: string;
  name: string;
  publicKey: Uint8Array<ArrayBuffer>;
  /** The authenticator's count of signatures; 0 where it does not count. */
  counter: number;
  transports: NonNullable<NewPasskey['response']['transports']>;
  isSynced: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
};

/** The second factors of somebody. */
export type Factors = { authenticator: Authenticator | null; recoveryHashes: string[]; passkeys: PasskeyRecord[] };

/** They belong to people, not to organisations. */
export type SecondFactorRepo = {
  of(personId: string): Promise<Factors>;
  /**
   * Writes into the person's record that their factors change, so that two such changes at once are one after the other.
   * Within a transaction, before anything is looked at.
   */
  touch(personId: string): Promise<void>;
  /** In the place of the one before. */
  setAuthenticator(personId: string, authenticator: Authenticator): Promise<Authenticator>;
  /** Counts a guess at somebody's codes; no more than `most` since `since`. */
  countGuess(
    personId: string,
    limits: { now: Date; since: Date; most: number },
  ): Promise<'counted' | 'first too many' | 'too many'>;
  forgetGuesses(personId: string): Promise<void>;
  /** Uses a time step up, once. False where it, or a later one, was used. */
  useStep(personId: string, step: number): Promise<boolean>;
  /** Null where there is none. */
  removeAuthenticator(personId: string): Promise<object | null>;
  setRecovery(personId: string, hashes: string[]): Promise<void>;
  /** Uses a recovery code up. Null where there is no such code (any more). */
  useRecovery(personId: string, hash: string): Promise<object | null>;
  passkey(id: string): Promise<PasskeyRecord | null>;
  /** Null where somebody has it already. @throws Fault `state.conflict` where somebody gets it at the same moment. */
  addPasskey(passkey: PasskeyRecord): Promise<PasskeyRecord | null>;
  passkeyUsed(id: string, use: { counter: number; at: Date }): Promise<void>;
  /** Null where they have no such passkey. */
  removePasskey(personId: string, id: string): Promise<PasskeyRecord | null>;
  removeAll(personId: string): Promise<void>;
  keepChallenge(challenge: { hash: string; expiresAt: Date }): Promise<void>;
  /** Uses a challenge up. False where there is none that is still good. */
  takeChallenge(hash: string, now: Date): Promise<boolean>;
};
