import type { Attachment } from '@cobench/shared/files/file';

/** Where a file is to go. With `fileId` it becomes a new version of that file. */
export type UploadTarget = {
  projectId: string;
  folder?: string | undefined;
  attachTo?: Attachment | undefined;
  fileId?: string | undefined;
};

export type UploadState =
  | { state: 'waiting' }
  /** Its SHA-256 is being computed. */
  | { state: 'checking' }
  | { state: 'sending' }
  /** It goes on by itself as soon as it can. */
  | { state: 'interrupted'; words: string }
  | { state: 'paused' }
  /** The browser does not have it any more: it has to be allowed again, or chosen again. */
  | { state: 'needs-file'; how: 'allow' | 'choose'; words?: string }
  | { state: 'failed'; words: string }
  | { state: 'done'; fileId: string }
  | { state: 'cancelled' };

/** How much of a file the next page load finds: its bytes, a way to them, or its name alone. */
export type Kept = 'blob' | 'handle' | 'name';

/** What one tab tells the others about a file, and what makes its line. */
export type UploadSnapshot = {
  id: string;
  name: string;
  size: number;
  target: UploadTarget;
  now: UploadState;
  sent: number;
  checked: number;
  kept: Kept;
};

/** Nothing more will happen to it unless somebody asks. */
export const isOver = ({ state }: UploadState): boolean => state === 'done' || state === 'cancelled';

/** The upload was given up by a person: what waited for it need not go on. */
export class UploadCancelled extends Error {}

/** One file on its way, as every tab shows it. */
export class UploadItem {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly target: UploadTarget;
  /** The id of the file once it is on the server. Rejects with `UploadCancelled`. */
  readonly done: Promise<string>;
  kept = $state<Kept>('name');
  /** Bytes that have left. */
  sent = $state(0);
  /** Bytes whose SHA-256 is computed. */
  checked = $state(0);
  #now = $state.raw<UploadState>({ state: 'waiting' });
  #settle: { resolve: (fileId: string) => void; reject: (reason: Error) => void };

  constructor({ id, name, size, target }: Pick<UploadSnapshot, 'id' | 'name' | 'size' | 'target'>) {
    this.id = id;
    this.name = name;
    this.size = size;
    this.target = target;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#settle = { resolve, reject };
    this.done = promise;
    // Most files are waited for by nobody.
    promise.catch(() => undefined);
  }

  get now(): UploadState {
    return this.#now;
  }

  set now(now: UploadState) {
    this.#now = now;
    if (now.state === 'done') this.#settle.resolve(now.fileId);
    if (now.state === 'cancelled') this.#settle.reject(new UploadCancelled(`“${this.name}” was not uploaded.`));
  }

  get snapshot(): UploadSnapshot {
    const { id, name, size, target, now, sent, checked, kept } = this;
    return { id, name, size, target, now, sent, checked, kept };
  }

  /** Shows it as another tab knows it. */
  take({ now, sent, checked, kept }: UploadSnapshot): void {
    this.sent = sent;
    this.checked = checked;
    this.kept = kept;
    if (now.state !== this.#now.state || now.state === 'failed' || now.state === 'interrupted') this.now = now;
  }
}
