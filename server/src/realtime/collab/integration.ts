import { contentKind, type DecodedUpdate, type DeletedRange, type Struct, type StructId } from './decode-update.ts';
import { maxDepth, maxRunsLookedAt } from './limits.ts';
import { couldBeNeighbours, type Patience } from './neighbours.ts';
import { RangeTable } from './range-table.ts';
import { continues, runAt, type Run } from './run-table.ts';
import { isGone } from './gone.ts';
import type { StructIndex } from './struct-index.ts';
import { rootClient, type TypeEntry } from './type-entry.ts';

/** What an update adds to an index. */
export type Judged = {
  runs: Run[];
  types: TypeEntry[];
  roots: ReadonlyMap<string, number>;
  keys: ReadonlyMap<string, number>;
  /** What nobody had deleted before. */
  deleted: DeletedRange[];
  /** What came without its content. */
  gone: DeletedRange[];
  /** How far it takes the clock of each client it extends. */
  reach: ReadonlyMap<number, number>;
  /** Who may extend these clients from now on. */
  personId: string | undefined;
};

type Section = { structs: Struct[]; next: number; runs: Run[] };
type Place = Pick<Run, 'dead' | 'list' | 'key'>;

const gone: Place = { dead: true, list: -1, key: -1 };

/**
 * Goes through the structs of an update in the order in which a replica can take them, each once, and finds out where
 * each is put, as Yjs does, without the document.
 */
export class Integration {
  readonly reach = new Map<number, number>();
  /** Why replicas would not agree about it, or could not take it. */
  fault: string | null = null;
  readonly #index: StructIndex;
  readonly #decoded: DecodedUpdate;
  readonly #trusted: boolean;
  readonly #sections = new Map<number, Section>();
  readonly #runs: Run[] = [];
  readonly #types: TypeEntry[] = [];
  readonly #roots = new Map<string, number>();
  readonly #keys = new Map<string, number>();
  readonly #gone: DeletedRange[] = [];
  readonly #patience: Patience = { runs: maxRunsLookedAt };
  #deleted: RangeTable | null = null;

  /** What is trusted was judged before: no faults are looked for. */
  constructor(decoded: DecodedUpdate, index: StructIndex, { trusted }: { trusted: boolean }) {
    this.#index = index;
    this.#decoded = decoded;
    this.#trusted = trusted;
    for (const [client, structs] of decoded.structs) this.#sections.set(client, { structs, next: 0, runs: [] });
  }

  /**
   * Whether all of it can be taken: whatever it builds on is in the document or in the update itself. Where a fault is
   * found, the rest is not looked at.
   */
  complete(): boolean {
    for (const client of this.#sections.keys()) {
      if (!this.#advance(client)) return false;
      if (this.fault !== null) return true;
    }
    return this.#decoded.deleted.every(({ client, clock, length }) => clock + length <= this.#clock(client));
  }

  judged(personId: string | undefined): Judged {
    return {
      runs: this.#runs,
      types: this.#types,
      roots: this.#roots,
      keys: this.#keys,
      deleted: this.#index.undeleted(this.#decoded.deleted),
      gone: this.#gone,
      reach: this.reach,
      personId,
    };
  }

  find(id: StructId): Run | undefined {
    if (id.clock < this.#index.clock(id.client)) return this.#index.find(id);
    const runs = this.#sections.get(id.client)?.runs;
    return runs && id.clock < this.#clock(id.client) ? runs[runAt(runs, id.clock)] : undefined;
  }

  type(number: number): TypeEntry | undefined {
    return this.#index.type(number) ?? this.#types[number - this.#index.typeCount];
  }

  isDeleted(id: StructId): boolean {
    if (this.#index.isDeleted(id)) return true;
    if (!this.#deleted) {
      this.#deleted = new RangeTable();
      for (const range of this.#decoded.deleted) this.#deleted.add(range);
    }
    return this.#deleted.has(id.client, id.clock);
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
        const missing = this.#missing(struct);
        if (!missing) {
          this.#take(section, struct);
          if (this.fault !== null) return true;
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

  /** What must be there before a struct and is not: its neighbours and the node around it. */
  #missing({ origin, right, parent }: Struct): StructId | null {
    if (origin && origin.clock >= this.#clock(origin.client)) return origin;
    if (right && right.clock >= this.#clock(right.client)) return right;
    if (parent && typeof parent !== 'string' && parent.clock >= this.#clock(parent.client)) return parent;
    return null;
  }

  #clock(client: number): number {
    return this.reach.get(client) ?? this.#index.clock(client);
  }

  #take(section: Section, struct: Struct): void {
    section.next++;
    const known = this.#clock(struct.client);
    const end = struct.clock + struct.length;
    if (end <= known || struct.kind === contentKind.skip) return;
    const run = this.#runOf(known > struct.clock ? rest(struct, known) : struct);
    const { client, clock, length } = run;
    if (run.dead || struct.kind === contentKind.deleted) this.#gone.push({ client, clock, length });
    this.reach.set(client, end);
    const last = section.runs.at(-1);
    if (last && continues(run, last)) {
      last.length += length;
    } else {
      this.#runs.push(run);
      section.runs.push(run);
    }
  }

  #runOf(struct: Struct): Run {
    const { client, clock, length, origin, right } = struct;
    const { dead, list, key } = this.#place(struct);
    if (dead) return { client, clock, length, dead, list, key, type: -1, origin: null, right: null };
    const type = struct.kind === contentKind.type ? this.#newType(struct, list) : -1;
    return { client, clock, length, dead, list, key, type, origin, right };
  }

  #newType({ client, clock }: Struct, list: number): number {
    const depth = this.#depth(list) + 1;
    if (depth > maxDepth) this.#refuse(`Nodes are nested deeper than ${maxDepth}.`);
    return this.#addType({ client, clock, depth });
  }

  #place(struct: Struct): Place {
    if (struct.kind === contentKind.garbage) return gone;
    const place = struct.origin || struct.right ? this.#beside(struct) : this.#inside(struct);
    if (place.dead || this.#trusted || this.fault !== null) return place;
    if (this.#depth(place.list) + struct.levels > maxDepth) this.#refuse(`Values are nested deeper than ${maxDepth}.`);
    if (place.key >= 0) {
      if (struct.right) this.#refuse('A value of a key stands before another.');
    } else if (!this.#couldBeBetween(struct)) {
      this.#refuse('A struct was never between its neighbours.');
    }
    return place;
  }

  #couldBeBetween({ origin, right }: Struct): boolean {
    return couldBeNeighbours({ left: origin, right }, (id) => this.find(id), this.#patience);
  }

  /** Where a struct is put that has neighbours. */
  #beside({ origin, right }: Struct): Place {
    const before = origin && this.find(origin);
    const after = right && this.find(right);
    if (before?.dead) return gone;
    if (after?.dead) {
      // Some replicas would show it and some not.
      if (before && origin && !isGone(origin, this)) this.#refuse('One neighbour is gone and the other is not.');
      return gone;
    }
    if (before && after && (before.list !== after.list || before.key !== after.key)) {
      this.#refuse('Its neighbours stand in different places.');
    }
    return before ?? after ?? gone;
  }

  /** Where a struct is put that was the first in its place, as far as its writer knew. */
  #inside({ parent, key }: Struct): Place {
    if (parent === null) return gone;
    if (typeof parent === 'string') return { dead: false, list: this.#root(parent), key: this.#key(key) };
    const around = this.find(parent);
    if (!around || around.dead) return gone;
    if (around.type >= 0) return { dead: false, list: around.type, key: this.#key(key) };
    // What was deleted may have been a node.
    if (!this.isDeleted(parent)) this.#refuse('What is around it cannot hold anything.');
    return gone;
  }

  #depth(list: number): number {
    return this.type(list)?.depth ?? 0;
  }

  #root(name: string): number {
    const known = this.#index.root(name) ?? this.#roots.get(name);
    if (known !== undefined) return known;
    const number = this.#addType({ client: rootClient, clock: 0, depth: 0 });
    this.#roots.set(name, number);
    return number;
  }

  #addType(type: TypeEntry): number {
    return this.#index.typeCount + this.#types.push(type) - 1;
  }

  #key(name: string | null): number {
    if (name === null) return -1;
    const known = this.#index.key(name) ?? this.#keys.get(name);
    if (known !== undefined) return known;
    const number = this.#index.keyCount + this.#keys.size;
    this.#keys.set(name, number);
    return number;
  }

  #refuse(fault: string): void {
    if (!this.#trusted) this.fault ??= fault;
  }
}

/** A hole in an update is no hole where the document has what belongs there. */
const startOf = (struct: Struct): number =>
  struct.kind === contentKind.skip ? struct.clock + struct.length : struct.clock;

/** What is left of a struct when the document has the first part of it. */
function rest(struct: Struct, clock: number): Struct {
  const { client, kind } = struct;
  const origin = kind === contentKind.garbage ? null : { client, clock: clock - 1 };
  return { ...struct, clock, length: struct.clock + struct.length - clock, origin, parent: null, key: null };
}
