import type { Attachment } from '@cobench/shared/files/file';
import type { Page } from '@cobench/shared/page';
import type { Pass } from '../../platform/sealed-files/stored-file.ts';

/** Where an upload is to go, and whose it is; it does not change any more. */
type Beginning = {
  id: string;
  orgId: string;
  /** Who uploads, and whose derived key wraps the file's. */
  ownerId: string;
  fileId: string;
  version: number;
  isNewVersion: boolean;
  projectId: string;
  filename: string;
  folder: string;
  tags: string[];
  attachTo: Attachment | null;
  /** What the sender says it is. */
  sha256: string | null;
  /** Bytes that are reserved for it: as many as come, or for a form at most as many. */
  size: number;
  /** A form comes in one go, so nobody goes on with it. */
  way: 'resumable' | 'form';
  keyName: string;
  wrappedKey: Uint8Array;
  startedAt: Date;
};

/** Bytes that are durable and in no part yet: whole segments in an object of their own, and what is left of one here. */
export type KeptTail = { key: string | null; plainBytes: number; rest: Uint8Array | null };

/** How far an upload is: what of it is durable, and in which parts. */
export type Progress = {
  objectKey: string;
  /** Names the parts in the store; null before the first. */
  token: string | null;
  receipts: string[];
  passes: Pass[];
  tail: KeptTail | null;
  /** Plain bytes that are durable. */
  offset: number;
  /** Known as soon as the first part is durable. */
  mediaType: string | null;
  expiresAt: Date;
};

/**
 * `open`: bytes are still to come. `sealed`: all parts are durable; they are to be put together, checked and committed.
 * `done`: the file is there. `given-up`: what is stored of it is being removed.
 */
export type UploadState = 'open' | 'sealed' | 'done' | 'given-up';

export type UploadRecord = Beginning &
  Progress & {
    state: UploadState;
    /** Counts the writers of this upload: the newest one writes, all before it do not any more. */
    writer: number;
    /** What was computed while all of it streamed by; null where somebody else had seen the beginning. */
    computed: string | null;
    /** Plain bytes that came, once all did. */
    received: number | null;
  };

/** A write by a writer: nothing is written where there is a newer one. */
export type Hold = Pick<UploadRecord, 'orgId' | 'id' | 'writer'>;
export type UploadChange = Partial<Progress & Pick<UploadRecord, 'state' | 'computed' | 'received'>>;

/** What uploads need from storage. */
export type UploadRepo = {
  insert(upload: UploadRecord): Promise<void>;
  find(orgId: string, id: string): Promise<UploadRecord | null>;
  /** Those of a person that are under way and can be gone on with, newest first. */
  page(
    orgId: string,
    ownerId: string,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<UploadRecord>>;
  /** Makes whoever asks its newest writer. Null where it is done, given up, or not there. */
  take(orgId: string, id: string): Promise<UploadRecord | null>;
  /** False where there is a newer writer. */
  save(hold: Hold, change: UploadChange): Promise<boolean>;
  remove(orgId: string, id: string): Promise<void>;
  /** Of all organisations, those that are over. */
  over(now: Date, limit: number): Promise<UploadRecord[]>;
  /** Of these keys of objects, those that an upload knows. */
  keysKnown(keys: readonly string[]): Promise<Set<string>>;
  /** Whether an upload knows these parts. */
  knowsParts(token: string): Promise<boolean>;
  /** All or nothing. */
  together<T>(work: () => Promise<T>): Promise<T>;
};
