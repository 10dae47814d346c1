import * as encoding from 'lib0/encoding';
import { decodeUpdate, type DeletedRange, type StructId } from './decode-update.ts';
import { Integration, type Judged } from './integration.ts';
import { Numbered } from './numbered.ts';
import { PackedRows } from './packed-rows.ts';
import { RangeTable } from './range-table.ts';
import { RunTable, type Run } from './run-table.ts';
import { isRoot, rootClient, type TypeEntry } from './type-entry.ts';

/** What a document has, as far as judging an update needs it; none of its content. */
export class StructIndex {
  readonly #numbers = new Numbered<number>();
  readonly runs = new RunTable(this.#numbers);
  readonly deleted = new RangeTable();
  /** One more than the number of the client (0 for a root), clock and depth of each type. */
  readonly #types = new PackedRows(3);
  readonly #roots = new Map<string, number>();
  readonly #keys = new Map<string, number>();
  readonly #owners = new Map<number, string>();

  /**
   * The index of a document that is made of a state and the updates after it, all of them judged before.
   * @throws where one of them is damaged, or builds on something that is not there.
   */
  static from({
    state,
    updates = [],
  }: {
    state?: Uint8Array | undefined;
    updates?: Iterable<Uint8Array>;
  }): StructIndex {
    const index = new StructIndex();
    if (state) index.learn(state);
    for (const update of updates) index.learn(update);
    return index;
  }

  /**
   * Takes an update that was judged before: from the log, or by another process. Who it is from may extend its clients.
   * @throws where it is damaged, or builds on something that is not there.
   */
  learn(update: Uint8Array, personId?: string): void {
    const integration = new Integration(decodeUpdate(update), this, { trusted: true });
    if (!integration.complete()) throw new Error('An update builds on something that the document does not have.');
    this.add(integration.judged(personId));
  }

  /** How many things of a client the document has. */
  clock(client: number): number {
    return this.runs.clock(client);
  }

  /** Yjs' encoding of how far the document has each client. */
  stateVector(): Uint8Array {
    const clocks = [...this.runs.clocks()];
    return encoding.encode((to) => {
      encoding.writeVarUint(to, clocks.length);
      for (const [client, clock] of clocks.toSorted(([one], [other]) => other - one)) {
        encoding.writeVarUint(to, client);
        encoding.writeVarUint(to, clock);
      }
    });
  }

  /** Who may extend a client id; undefined where nobody has it yet. */
  ownerOf(client: number): string | undefined {
    return this.#owners.get(client);
  }

  bind(client: number, personId: string): void {
    this.#owners.set(client, personId);
  }

  /** Takes what was judged to be new, before anything else is judged. */
  add({ runs, types, roots, keys, deleted, gone, reach, personId }: Judged): void {
    this.runs.append(runs);
    if (types.length > 0) this.#types.reserve(types.length);
    for (const type of types)
      this.#types.push(isRoot(type) ? 0 : this.#numbers.take(type.client) + 1, type.clock, type.depth);
    for (const [name, number] of roots) this.#roots.set(name, number);
    for (const [key, number] of keys) this.#keys.set(key, number);
    for (const range of deleted) this.deleted.add(range);
    for (const range of gone) this.deleted.add(range);
    if (personId === undefined) return;
    for (const client of reach.keys()) if (!this.#owners.has(client)) this.bind(client, personId);
  }

  find(id: StructId): Run | undefined {
    return this.runs.find(id);
  }

  isDeleted({ client, clock }: StructId): boolean {
    return this.deleted.has(client, clock);
  }

  /** What of some ranges nobody has deleted yet. */
  undeleted(ranges: readonly DeletedRange[]): DeletedRange[] {
    return ranges.flatMap((range) => this.deleted.missing(range));
  }

  get typeCount(): number {
    return this.#types.count;
  }

  type(number: number): TypeEntry | undefined {
    if (number < 0 || number >= this.#types.count) return undefined;
    const client = this.#numbers.at(this.#types.at(number, 0) - 1) ?? rootClient;
    return { client, clock: this.#types.at(number, 1), depth: this.#types.at(number, 2) };
  }

  root(name: string): number | undefined {
    return this.#roots.get(name);
  }

  get keyCount(): number {
    return this.#keys.size;
  }

  key(name: string): number | undefined {
    return this.#keys.get(name);
  }
}
