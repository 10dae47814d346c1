/** A sign-in under way at the provider. */
export type PendingSignIn = {
  provider: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  /** Whether they are to show their provider again who they are. */
  again: boolean;
};

export type SignInRepo = {
  /** `id` is the hash of its state. */
  remember(id: string, pending: PendingSignIn & { expiresAt: Date }): Promise<void>;
  /** Hands it out once. */
  take(id: string, now: Date): Promise<PendingSignIn | null>;
  /** Notes that a logout token was used; false where it had been used before. */
  useOnce(id: string, expiresAt: Date): Promise<boolean>;
};
