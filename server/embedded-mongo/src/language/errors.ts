import type { Doc } from '../bson/value.ts';

/** An error as MongoDB reports it: its code, the code's name, and what else the reply carries (`keyPattern`, …). */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly extra: Doc | undefined;

  constructor(code: number, codeName: string, message: string, extra?: Doc) {
    super(message);
    this.code = code;
    this.codeName = codeName;
    this.extra = extra;
  }
}

const named = (code: number, codeName: string) => (message: string) => new MongoError(code, codeName, message);

export const internalError = named(1, 'InternalError');
export const badValue = named(2, 'BadValue');
export const failedToParse = named(9, 'FailedToParse');
export const typeMismatch = named(14, 'TypeMismatch');
export const overflow = named(15, 'Overflow');
export const illegalOperation = named(20, 'IllegalOperation');
export const namespaceNotFound = named(26, 'NamespaceNotFound');
export const indexNotFound = named(27, 'IndexNotFound');
export const pathNotViable = named(28, 'PathNotViable');
export const conflictingUpdateOperators = named(40, 'ConflictingUpdateOperators');
export const cursorNotFound = named(43, 'CursorNotFound');
export const namespaceExists = named(48, 'NamespaceExists');
export const maxTimeExpired = named(50, 'MaxTimeMSExpired');
export const commandNotFound = named(59, 'CommandNotFound');
export const immutableField = named(66, 'ImmutableField');
export const cannotCreateIndex = named(67, 'CannotCreateIndex');
export const invalidOptions = named(72, 'InvalidOptions');
export const invalidNamespace = named(73, 'InvalidNamespace');
export const indexOptionsConflict = named(85, 'IndexOptionsConflict');
export const indexKeySpecsConflict = named(86, 'IndexKeySpecsConflict');

/** An error whose code has no name of its own, as `Location40324`. */
export const location = (code: number, message: string) => new MongoError(code, `Location${code}`, message);

/** What MongoDB can do and this engine does not. The name says the operator, stage, option or command. */
export const notSupported = (name: string) =>
  new MongoError(115, 'CommandNotSupported', `${name} is not supported by the embedded database`);
