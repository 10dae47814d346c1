import type { DeletedRange, StructId } from './decode-update.ts';
import { isGone } from './gone.ts';
import type { StructIndex } from './struct-index.ts';
import type { Run } from './run-table.ts';

/**
 * Whether every replica has deleted these without being told: with the node around them, or since a later value took
 * their key. A stock client's answer to step 1 names them, readers' too.
 */
export function onlyDeletedAnyway(ranges: readonly DeletedRange[], known: StructIndex): boolean {
  if (ranges.length === 0) return true;
  const values = new KeyedValues(known);
  const isDeleted = (id: StructId) => known.isDeleted(id) || values.isOvertaken(id);
  const replica = { find: (id: StructId) => known.find(id), type: (number: number) => known.type(number), isDeleted };
  return ranges.every(({ client, clock, length }) => {
    for (let at = clock; at < clock + length;) {
      if (!isGone({ client, clock: at }, replica)) return false;
      const run = known.find({ client, clock: at });
      // All of a run is in one node; of values of a key, each takes the place of the one before.
      at = run && run.key < 0 ? run.clock + run.length : at + 1;
    }
    return true;
  });
}

/** The values that were set under each key, from one look at the whole document. */
class KeyedValues {
  readonly #known: StructIndex;
  #lasts: Map<string, StructId> | null = null;

  constructor(known: StructIndex) {
    this.#known = known;
  }

  isOvertaken(id: StructId): boolean {
    const run = this.#known.find(id);
    if (!run || run.dead || run.key < 0) return false;
    this.#lasts ??= lastValues(this.#known);
    const last = this.#lasts.get(placeOf(run));
    return last?.client !== id.client || last.clock !== id.clock;
  }
}

const placeOf = ({ list, key }: Run): string => `${list}/${key}`;

/** The value that stands, for each key of each node. */
function lastValues(known: StructIndex): Map<string, StructId> {
  const places = new Map<string, Run[]>();
  for (const run of known.runs.all()) {
    if (run.dead || run.key < 0) continue;
    const place = placeOf(run);
    const runs = places.get(place);
    if (runs) runs.push(run);
    else places.set(place, [run]);
  }
  return new Map([...places].map(([place, runs]) => [place, lastOf(runs)]));
}

/** Yjs puts values that were set at once by ascending client, and each right of the one it replaced. */
function lastOf(runs: readonly Run[]): StructId {
  const after = new Map<string, StructId>();
  const put = (origin: StructId | null, id: StructId) => {
    const name = origin ? `${origin.client}/${origin.clock}` : '';
    const there = after.get(name);
    if (!there || id.client > there.client || (id.client === there.client && id.clock < there.clock)) {
      after.set(name, id);
    }
  };
  for (const { client, clock, length, origin } of runs) {
    put(origin, { client, clock });
    for (let at = clock + 1; at < clock + length; at++) put({ client, clock: at - 1 }, { client, clock: at });
  }
  let last: StructId = { client: -1, clock: -1 };
  for (let next = after.get(''); next; next = after.get(`${next.client}/${next.clock}`)) last = next;
  return last;
}
