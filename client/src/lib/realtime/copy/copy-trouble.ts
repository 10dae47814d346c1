/** Why something is not kept on this computer. */
export type CopyTrouble =
  /** The browser allows no storage: a private window, a setting. */
  | 'forbidden'
  /** The space that the browser gives is used up. */
  | 'full'
  /** A newer page of Cobench wrote it. */
  | 'newer'
  /** It was wiped: somebody signed out. */
  | 'wiped'
  | 'failed';

/** A copy that must be left alone, whatever the browser would allow. */
export class CopyRefusal extends Error {
  readonly trouble: 'newer' | 'wiped';

  constructor(trouble: 'newer' | 'wiped') {
    super(trouble === 'newer' ? 'A newer page wrote this copy.' : 'The copies were wiped.');
    this.name = 'CopyRefusal';
    this.trouble = trouble;
  }
}

/** Which trouble an error of the database is. Anything else is a bug and is thrown on. */
export function troubleOf(error: unknown): CopyTrouble {
  if (error instanceof CopyRefusal) return error.trouble;
  if (!(error instanceof DOMException)) throw error;
  switch (error.name) {
    case 'QuotaExceededError':
      return 'full';
    case 'SecurityError':
    case 'NotSupportedError':
    case 'TimeoutError':
    case 'InvalidStateError':
      return 'forbidden';
    case 'VersionError':
      return 'newer';
    default:
      return 'failed';
  }
}
