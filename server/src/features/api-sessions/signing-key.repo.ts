/** A key pair that signs access tokens. The private half is sealed. */
export type SigningKeyRecord = {
  /** Its JWK thumbprint (RFC 7638), which is its `kid`. */
  id: string;
  publicKey: { kty: string; crv: string; x: string; y: string };
  sealedPrivateKey: string;
  createdAt: Date;
};

export type SigningKeyRepo = {
  /** Newest first. */
  list(): Promise<SigningKeyRecord[]>;
  insert(key: SigningKeyRecord): Promise<void>;
  removeBefore(createdAt: Date): Promise<void>;
};
