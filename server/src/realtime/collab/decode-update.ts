import { UpdateCursor } from './update-cursor.ts';

/** Names one character or node: the `clock`th thing that a client made. */
export type StructId = { client: number; clock: number };

export type DeletedRange = { client: number; clock: number; length: number };

/** What a struct holds, by Yjs' own numbers. */
export const contentKind = {
  garbage: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  skip: 10,
} as const;

/** One struct as the wire says it; `from`, `body` (its content) and `to` are places in the update's bytes. */
export type Struct = {
  client: number;
  clock: number;
  length: number;
  info: number;
  kind: number;
  origin: StructId | null;
  right: StructId | null;
  /** The name of a root, or the node around it; null where a neighbour tells. */
  parent: string | StructId | null;
  /** The key it is the value of, where `parent` is given. */
  key: string | null;
  /** How deep its values are nested. */
  levels: number;
  from: number;
  body: number;
  to: number;
};

export type DecodedUpdate = {
  /** What each client made, by ascending clock, without holes. */
  structs: ReadonlyMap<number, Struct[]>;
  /** By ascending clock per client, without overlaps. */
  deleted: DeletedRange[];
};

const hasOrigin = 0x80;
const hasRight = 0x40;
const hasKey = 0x20;
const kindBits = 0x1f;
/** Nobody types four billion things; typed arrays hold this much. */
const maxClock = 2 ** 32 - 1;

/**
 * Decodes a Yjs update (V1) to its last byte, as Yjs 13.6 does but strictly: Yjs itself reads on where bytes are left
 * over, and lets a second section of a client replace the first.
 * @throws where the bytes are anything else than exactly one update that Yjs could have written.
 */
export function decodeUpdate(update: Uint8Array): DecodedUpdate {
  const cursor = new UpdateCursor(update);
  const structs = new Map<number, Struct[]>();
  for (let sections = cursor.varUint(); sections > 0; sections--) readSection(cursor, structs);
  const deleted: DeletedRange[] = [];
  const clients = new Set<number>();
  for (let sections = cursor.varUint(); sections > 0; sections--) {
    const client = cursor.varUint();
    if (clients.has(client)) throw new Error(`Deletions of client ${client} come twice.`);
    clients.add(client);
    readDeleted(cursor, client, deleted);
  }
  if (!cursor.ended) throw new Error('Bytes follow the update.');
  return { structs, deleted };
}

function readSection(cursor: UpdateCursor, sections: Map<number, Struct[]>): void {
  const count = cursor.varUint();
  const client = cursor.varUint();
  let clock = cursor.varUint();
  if (count === 0) throw new Error('A section is empty.');
  if (sections.has(client)) throw new Error(`Client ${client} has two sections.`);
  const structs: Struct[] = [];
  sections.set(client, structs);
  for (let left = count; left > 0; left--) {
    const struct = readStruct(cursor, client, clock);
    assertRange(clock, struct.length);
    clock += struct.length;
    structs.push(struct);
  }
}

function readStruct(cursor: UpdateCursor, client: number, clock: number): Struct {
  const from = cursor.at;
  const info = cursor.byte();
  const kind = info & kindBits;
  const origin = info & hasOrigin ? readId(cursor) : null;
  const right = info & hasRight ? readId(cursor) : null;
  const standsAlone = kind !== contentKind.garbage && kind !== contentKind.skip;
  if (!standsAlone && info !== kind) throw new Error('A struct without content has neighbours.');
  const byParent = standsAlone && !origin && !right;
  const parent = byParent ? readParent(cursor) : null;
  const key = byParent && info & hasKey ? cursor.string() : null;
  const body = cursor.at;
  const struct: Struct = {
    client,
    clock,
    length: 1,
    info,
    kind,
    origin,
    right,
    parent,
    key,
    levels: 0,
    from,
    body,
    to: body, // prettier-ignore
  };
  readContent(cursor, struct);
  struct.to = cursor.at;
  return struct;
}

function readId(cursor: UpdateCursor): StructId {
  return { client: cursor.varUint(), clock: cursor.varUint() };
}

function readParent(cursor: UpdateCursor): string | StructId {
  const isRoot = cursor.varUint();
  if (isRoot > 1) throw new Error('A parent is neither a root nor a node.');
  return isRoot ? cursor.string() : readId(cursor);
}

/** Goes over the content and notes its length and depth. */
function readContent(cursor: UpdateCursor, struct: Struct): void {
  switch (struct.kind) {
    case contentKind.garbage:
    case contentKind.skip:
    case contentKind.deleted:
      struct.length = cursor.varUint();
      return;
    case contentKind.string:
      struct.length = cursor.units();
      return;
    case contentKind.json:
    case contentKind.any:
      struct.length = cursor.varUint();
      for (let left = struct.length; left > 0; left--) {
        struct.levels = Math.max(struct.levels, struct.kind === contentKind.any ? cursor.any() : readJson(cursor));
      }
      return;
    case contentKind.binary:
      return cursor.skip(cursor.varUint());
    case contentKind.format:
      cursor.units();
      struct.levels = cursor.json();
      return;
    case contentKind.embed:
      struct.levels = cursor.json();
      return;
    case contentKind.type:
      return readType(cursor);
    default:
      // Among them 9, a document in the document: nobody's editor makes one, and nobody here would guard it.
      throw new Error(`A struct has content of kind ${struct.kind}.`);
  }
}

/** Yjs writes undefined as itself, which JSON does not know. */
function readJson(cursor: UpdateCursor): number {
  const from = cursor.at;
  if (cursor.string() === 'undefined') return 0;
  cursor.at = from;
  return cursor.json();
}

const xmlElement = 3;
const xmlText = 6;
/** A foreign node in XML, which no editor can show. */
const xmlHook = 5;

function readType(cursor: UpdateCursor): void {
  const type = cursor.varUint();
  if (type > xmlText || type === xmlHook) throw new Error(`A node is of kind ${type}.`);
  if (type === xmlElement) cursor.units();
}

function readDeleted(cursor: UpdateCursor, client: number, deleted: DeletedRange[]): void {
  const count = cursor.varUint();
  if (count === 0) throw new Error('A section is empty.');
  let end = 0;
  for (let left = count; left > 0; left--) {
    const clock = cursor.varUint();
    const length = cursor.varUint();
    assertRange(clock, length);
    if (clock < end) throw new Error('Deletions are not in order.');
    end = clock + length;
    deleted.push({ client, clock, length });
  }
}

function assertRange(clock: number, length: number): void {
  if (length < 1) throw new Error('A struct is empty.');
  if (clock + length > maxClock) throw new Error('A clock is too large.');
}
