import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Part } from './log.ts';
import { Numbered } from './numbered.ts';
import { encodeSized } from './sized-encoding.ts';

/**
 * The parts of a record as they are kept: who wrote them (person and session, separated by a space; sessions are absent
 * where the server wrote) and, for each part, the author's place in that list and the update with its length before it.
 */
export type PackedParts = { authors: string[]; updates: Uint8Array };

export function packParts(parts: readonly Part[]): PackedParts {
  const places = new Numbered<string>();
  const updates = encodeSized(spaceFor(parts), (to) => {
    for (const { personId, sessionId, update } of parts) {
      const author = sessionId === null ? personId : `${personId} ${sessionId}`;
      encoding.writeVarUint(to, places.take(author));
      encoding.writeVarUint8Array(to, update);
    }
  });
  return { authors: [...places.all], updates };
}

/** Bytes that hold some parts, with a few to spare. */
export const spaceFor = (parts: readonly Part[]): number =>
  parts.reduce((sum, { update }) => sum + update.length + 8, 0);

/** @throws where the bytes are not what `packParts` made. */
export function unpackParts({ authors, updates }: PackedParts): Part[] {
  const people = authors.map((author) => {
    const [personId = '', ...session] = author.split(' ');
    return { personId, sessionId: session.length > 0 ? session.join(' ') : null };
  });
  const from = decoding.createDecoder(updates);
  const parts: Part[] = [];
  while (decoding.hasContent(from)) {
    const author = people[decoding.readVarUint(from)];
    if (!author) throw new Error('A record names an author that it does not list.');
    parts.push({ ...author, update: decoding.readVarUint8Array(from) });
  }
  return parts;
}
