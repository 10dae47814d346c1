export type RefreshTokenRecord = { sessionId: string; usedAt: Date | null };

/** Refresh tokens by their hash. Used ones stay until they would have expired, to notice when one comes again. */
export type RefreshTokenRepo = {
  insert(token: { hash: string; sessionId: string; expiresAt: Date }): Promise<void>;
  find(hash: string, now: Date): Promise<RefreshTokenRecord | null>;
  /** Uses it up, once. False where somebody else was faster. */
  use(hash: string, now: Date): Promise<boolean>;
};
