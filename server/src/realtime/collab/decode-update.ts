import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';

export type Struct = Y.Item | Y.GC | Y.Skip;
export type DeletedRange = { client: number; clock: number; length: number };

export type DecodedUpdate = {
  /** What each client made, by ascending clock, without holes. */
  structs: ReadonlyMap<number, Struct[]>;
  deleted: DeletedRange[];
};

/**
 * Decodes a Yjs update (V1) to its last byte. Yjs itself reads on where bytes are left over, and lets a second section
 * of a client replace the first.
 * @throws where the bytes are anything else than exactly one update, or a struct or a range is empty.
 */
export function decodeUpdate(update: Uint8Array): DecodedUpdate {
  const decoder = new SectionDecoder(decoding.createDecoder(update));
  const { structs, ds } = Y.decodeUpdateV2(update, using(decoder));
  if (decoding.hasContent(decoder.restDecoder)) throw new Error('Bytes follow the update.');
  const byClient = new Map<number, Struct[]>();
  for (const struct of structs) {
    assertRange(struct.id.clock, struct.length);
    const made = byClient.get(struct.id.client);
    if (made) made.push(struct);
    else byClient.set(struct.id.client, [struct]);
  }
  const deleted: DeletedRange[] = [];
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) {
      assertRange(clock, len);
      deleted.push({ client, clock, length: len });
    }
  }
  return { structs: byClient, deleted };
}

/** Reads as Yjs does, and notes whose section is read: each client has one. */
class SectionDecoder extends Y.UpdateDecoderV1 {
  readonly #sections = new Set<number>();

  override readClient(): number {
    const client = super.readClient();
    if (this.#sections.has(client)) throw new Error(`Client ${client} has two sections.`);
    this.#sections.add(client);
    return client;
  }
}

/** Yjs makes its own decoder from a class; a constructor that returns an object yields that object. */
function using(decoder: SectionDecoder): typeof Y.UpdateDecoderV1 {
  return function prepared() {
    return decoder;
  } as unknown as typeof Y.UpdateDecoderV1;
}

function assertRange(clock: number, length: number): void {
  if (length < 1) throw new Error('A struct is empty.');
  if (!Number.isSafeInteger(clock + length)) throw new Error('A clock is too large.');
}
