/** What is bound into every byte of a sealed file: it opens as nothing else. */
export type FileIdentity = { orgId: string; fileId: string; version: number };

/** From this part on, and until the next pass, the parts were sealed with this salt (16 bytes). */
export type Pass = { fromPart: number; salt: Uint8Array };

/** How a sealed file lies in the store and what opens it; a row of a version holds it. */
export type StoredFile = FileIdentity & {
  /** Of the upload that made it. */
  id: string;
  /** `sandbox/{project}/{user}/{uuid}.enc` */
  objectKey: string;
  /** Whose derived key wraps the file's key. */
  ownerId: string;
  /** The name of the master key that theirs was derived from. */
  keyName: string;
  /** Nonce, wrapped key, tag. */
  wrappedKey: Uint8Array;
  passes: readonly Pass[];
  /** Bytes, plain. */
  size: number;
};
