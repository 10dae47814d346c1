import * as encoding from 'lib0/encoding';
import { contentKind, type DecodedUpdate, type DeletedRange, type Struct } from './decode-update.ts';
import type { StructIndex } from './struct-index.ts';
import { UpdateCursor } from './update-cursor.ts';

type Difference = { decoded: DecodedUpdate; known: StructIndex; deleted: readonly DeletedRange[] };

/** What of an update is new to a document: the update itself where all of it is. `deleted` is what is newly deleted. */
export function differenceOf(update: Uint8Array, { decoded, known, deleted }: Difference): Uint8Array {
  const sections: [client: number, Struct[]][] = [];
  let whole = sumOf(deleted) === sumOf(decoded.deleted);
  for (const [client, structs] of decoded.structs) {
    const clock = known.clock(client);
    const fresh = structs.filter((struct) => struct.clock + struct.length > clock);
    whole &&= fresh.length === structs.length && (structs[0]?.clock ?? 0) >= clock;
    if (fresh.length > 0) sections.push([client, fresh]);
  }
  if (whole) return update;
  return encoding.encode((to) => {
    encoding.writeVarUint(to, sections.length);
    for (const [client, structs] of sections) writeSection(to, { client, structs, update, from: known.clock(client) });
    writeDeleted(to, deleted);
  });
}

type Section = { client: number; structs: readonly Struct[]; update: Uint8Array; from: number };

/** The structs follow each other from `from` on; only the first may have begun before. */
function writeSection(to: encoding.Encoder, { client, structs, update, from }: Section): void {
  encoding.writeVarUint(to, structs.length);
  encoding.writeVarUint(to, client);
  encoding.writeVarUint(to, from);
  for (const struct of structs) {
    if (struct.clock < from) writeRest(to, { struct, update, offset: from - struct.clock });
    else encoding.writeUint8Array(to, update.subarray(struct.from, struct.to));
  }
}

const hasOrigin = 0x80;

/** Writes a struct without its first `offset` things, as Yjs does. */
function writeRest(to: encoding.Encoder, part: { struct: Struct; update: Uint8Array; offset: number }): void {
  const { struct, offset } = part;
  if (struct.kind === contentKind.garbage) {
    encoding.writeUint8(to, struct.info);
  } else {
    encoding.writeUint8(to, struct.info | hasOrigin);
    writeId(to, struct.client, struct.clock + offset - 1);
    if (struct.right) writeId(to, struct.right.client, struct.right.clock);
  }
  writeContent(to, part);
}

function writeContent(
  to: encoding.Encoder,
  { struct, update, offset }: { struct: Struct; update: Uint8Array; offset: number },
): void {
  const cursor = new UpdateCursor(update);
  cursor.at = struct.body;
  if (struct.kind === contentKind.string) return encoding.writeVarString(to, textFrom(cursor.string(), offset));
  encoding.writeVarUint(to, struct.length - offset);
  if (struct.kind !== contentKind.any && struct.kind !== contentKind.json) return;
  cursor.varUint();
  for (let left = offset; left > 0; left--) {
    if (struct.kind === contentKind.any) cursor.any();
    else cursor.units();
  }
  encoding.writeUint8Array(to, update.subarray(cursor.at, struct.to));
}

/** Half a surrogate pair is no text: Yjs puts a replacement character in its place. */
function textFrom(text: string, offset: number): string {
  const before = text.charCodeAt(offset - 1);
  const rest = text.slice(offset);
  return before >= 0xd800 && before <= 0xdbff ? `\uFFFD${rest.slice(1)}` : rest;
}

function writeId(to: encoding.Encoder, client: number, clock: number): void {
  encoding.writeVarUint(to, client);
  encoding.writeVarUint(to, clock);
}

function writeDeleted(to: encoding.Encoder, deleted: readonly DeletedRange[]): void {
  const clients = Map.groupBy(deleted, ({ client }) => client);
  encoding.writeVarUint(to, clients.size);
  for (const [client, ranges] of clients) {
    encoding.writeVarUint(to, client);
    encoding.writeVarUint(to, ranges.length);
    for (const { clock, length } of ranges) writeId(to, clock, length);
  }
}

function sumOf(ranges: readonly DeletedRange[]): number {
  let sum = 0;
  for (const { length } of ranges) sum += length;
  return sum;
}
