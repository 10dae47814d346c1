import * as Y from 'yjs';
import { decodeUpdate, type DecodedUpdate, type Struct } from './decode-update.ts';
import type { KnownStructs, StructId } from './document-state.ts';
import { maxDepth } from './limits.ts';

export type Verdict =
  /** The document has all of it already. */
  | { is: 'nothing' }
  /** Good to log: `reach` says how far it takes the clock of each client it extends. */
  | { is: 'new'; reach: Map<number, number> }
  /** It builds on something that the document does not have. */
  | { is: 'gap' }
  | { is: 'malformed'; why: string };

/**
 * Judges an update before it is logged or applied: what passes can be applied by every replica that has the document,
 * and read by every reader. Takes time in proportion to its size.
 */
export function judge(update: Uint8Array, known: KnownStructs): Verdict {
  let decoded: DecodedUpdate;
  try {
    decoded = decodeUpdate(update);
  } catch (error) {
    // Yjs and lib0 throw whatever the bytes lead them into, a full stack included.
    return { is: 'malformed', why: error instanceof Error ? error.message : 'unreadable' };
  }
  const integration = new Integration(decoded, known);
  if (!integration.complete()) return { is: 'gap' };
  if (integration.depth > maxDepth) return { is: 'malformed', why: `nodes are nested deeper than ${maxDepth}` };
  const deletesNew = decoded.deleted.some(
    (range) => range.clock + range.length > known.clock(range.client) || !known.hasDeleted(range),
  );
  const { reach } = integration;
  return reach.size === 0 && !deletesNew ? { is: 'nothing' } : { is: 'new', reach };
}

type Section = { structs: Struct[]; next: number; depths: number[] };

/** Goes through the structs of an update in the order in which a replica can take them, each once. */
class Integration {
  readonly reach = new Map<number, number>();
  /** The deepest level that the update reaches. */
  depth = 0;
  readonly #known: KnownStructs;
  readonly #decoded: DecodedUpdate;
  readonly #sections = new Map<number, Section>();

  constructor(decoded: DecodedUpdate, known: KnownStructs) {
    this.#known = known;
    this.#decoded = decoded;
    for (const [client, structs] of decoded.structs) this.#sections.set(client, { structs, next: 0, depths: [] });
  }

  /** Whether all of it can be taken: whatever it builds on is in the document or in the update itself. */
  complete(): boolean {
    for (const client of this.#sections.keys()) if (!this.#advance(client)) return false;
    return this.#decoded.deleted.every(({ client, clock, length }) => clock + length <= this.#clock(client));
  }

  /** Takes a client's structs to the end, and first whatever they wait for. False where that is nowhere, or in a circle. */
  #advance(client: number): boolean {
    const path = [{ client, until: Number.MAX_SAFE_INTEGER }];
    const waiting = new Set([client]);
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const section = this.#sections.get(step.client);
      const struct = section?.structs[section.next];
      if (this.#clock(step.client) > step.until || (path.length === 1 && !struct)) {
        path.pop();
        waiting.delete(step.client);
      } else if (!section || !struct || startOf(struct) > this.#clock(step.client)) {
        return false;
      } else {
        const missing = buildsOn(struct).find(({ client: other, clock }) => clock >= this.#clock(other));
        if (!missing) {
          this.#take(section, struct);
        } else if (waiting.has(missing.client)) {
          return false;
        } else {
          path.push({ client: missing.client, until: missing.clock });
          waiting.add(missing.client);
        }
      }
    }
    return true;
  }

  #take(section: Section, struct: Struct): void {
    const { client, clock } = struct.id;
    if (clock + struct.length > this.#clock(client)) this.reach.set(client, clock + struct.length);
    const depth = this.#depthOf(struct);
    section.depths[section.next] = depth;
    section.next++;
    this.depth = Math.max(this.depth, depth + levelsIn(struct));
  }

  #clock(client: number): number {
    return this.reach.get(client) ?? this.#known.clock(client);
  }

  /** How many nodes are around a struct whose predecessors have been taken. */
  #depthOf(struct: Struct): number {
    if (!(struct instanceof Y.Item) || typeof struct.parent === 'string') return 0;
    const parent = struct.parent as StructId | null;
    if (parent) return this.#depthAt(parent) + 1;
    const neighbour = struct.origin ?? struct.rightOrigin;
    return neighbour ? this.#depthAt(neighbour) : 0;
  }

  #depthAt(id: StructId): number {
    if (id.clock < this.#known.clock(id.client)) return this.#known.depthOf(id);
    const section = this.#sections.get(id.client);
    if (!section) return 0;
    const at = indexOf(section.structs, id.clock);
    return section.depths[at] ?? 0;
  }
}

/** A hole in an update is no hole where the document has what belongs there. */
const startOf = (struct: Struct): number =>
  struct instanceof Y.Skip ? struct.id.clock + struct.length : struct.id.clock;

/** What must be there before a struct: its neighbours and the node around it. */
function buildsOn(struct: Struct): StructId[] {
  if (!(struct instanceof Y.Item)) return [];
  // Decoding leaves the parent as an id, or as the name of a root.
  const parent = typeof struct.parent === 'string' ? null : (struct.parent as StructId | null);
  return [struct.origin, struct.rightOrigin, parent].filter((id) => id !== null);
}

/** The struct with this clock, by bisection. */
function indexOf(structs: readonly Struct[], clock: number): number {
  let [low, high] = [0, structs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((structs[middle]?.id.clock ?? Infinity) <= clock) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Levels that a struct's own content adds: one for a node, more for values in values. */
function levelsIn(struct: Struct): number {
  if (!(struct instanceof Y.Item)) return 0;
  const { content } = struct;
  if (content instanceof Y.ContentType) return 1;
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) return levels(content.arr);
  if (content instanceof Y.ContentEmbed) return levels(content.embed);
  if (content instanceof Y.ContentFormat) return levels(content.value);
  return 0;
}

function levels(value: unknown, above = 0): number {
  if (typeof value !== 'object' || value === null || above > maxDepth) return above;
  let deepest = above + 1;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, levels(inner, above + 1));
  return deepest;
}
