import { decodeUpdate, type DecodedUpdate } from './decode-update.ts';
import { Integration, type Judged } from './integration.ts';
import type { StructIndex } from './struct-index.ts';
import { onlyDeletedAnyway } from './deleted-anyway.ts';
import { differenceOf } from './update-difference.ts';

export type Verdict =
  /** The document has all of it already. */
  | { is: 'nothing' }
  /**
   * Good to log: `update` is what is new in it, `reach` says how far that takes the clock of each client it extends, and
   * `judged` is for the index.
   */
  | { is: 'new'; reach: ReadonlyMap<number, number>; update: Uint8Array; judged: Judged }
  /** It builds on something that the document does not have. */
  | { is: 'gap' }
  /** No honest editor says so, or replicas would not agree about it. */
  | { is: 'malformed'; why: string }
  /** It speaks for a client id that is somebody else's. */
  | { is: 'foreign'; why: string };

/**
 * Judges an update before it is logged: what passes can be applied by every replica that has the document, in whatever
 * order it gets it, with the same result, and be read by every reader. Takes time in proportion to its size.
 */
export function judge(update: Uint8Array, known: StructIndex, by: { personId: string }): Verdict {
  let decoded: DecodedUpdate;
  try {
    decoded = decodeUpdate(update);
  } catch (error) {
    return { is: 'malformed', why: error instanceof Error ? error.message : 'unreadable' };
  }
  const foreign = foreignClient(decoded, known, by.personId);
  if (foreign !== undefined) return { is: 'foreign', why: `Client ${foreign} is somebody else.` };
  const integration = new Integration(decoded, known, { trusted: false });
  if (!integration.complete()) return { is: 'gap' };
  if (integration.fault !== null) return { is: 'malformed', why: integration.fault };
  const judged = integration.judged(by.personId);
  const { reach, deleted } = judged;
  if (reach.size === 0 && onlyDeletedAnyway(deleted, known)) return { is: 'nothing' };
  return { is: 'new', reach, update: differenceOf(update, { decoded, known, deleted }), judged };
}

/** A client of somebody else that an update would extend. */
function foreignClient({ structs }: DecodedUpdate, known: StructIndex, personId: string): number | undefined {
  for (const [client, made] of structs) {
    const last = made.at(-1);
    const owner = known.ownerOf(client);
    if (last && owner !== undefined && owner !== personId && last.clock + last.length > known.clock(client)) {
      return client;
    }
  }
  return undefined;
}
