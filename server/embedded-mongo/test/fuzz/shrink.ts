import { int32, Int32, type Doc, type Value } from '../../src/bson/value.ts';
import { toText, type Case } from './case.ts';

/** Takes away and simplifies, as long as the engines still disagree. */
export async function shrink(one: Case, disagrees: (smaller: Case) => Promise<boolean>): Promise<Case> {
  let smallest = one;
  for (let tries = 0, found = true; found && tries < 600;) {
    found = false;
    for (const given of variants(smallest.given)) {
      const candidate = { ...one, given: given as Doc };
      if (tries++ >= 600) break;
      if (!isWhole(candidate) || !(await disagrees(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

const isOrdered = (pipeline: Doc[]): boolean =>
  pipeline.every(
    (stage, n) =>
      !(stage.has('$group') || stage.has('$sortByCount')) || n === pipeline.length - 1 || pipeline[n + 1]?.has('$sort'),
  );

const isDocs = (value: Value | undefined): boolean =>
  value === undefined || (Array.isArray(value) && value.every((member) => member instanceof Map));

/** Whether there are still documents where a question needs them. */
function isWhole({ kind, given }: Case): boolean {
  return (
    ['docs', 'other', 'pipeline', 'arrayFilters'].every((name) => isDocs(given.get(name))) &&
    ['doc', 'query', 'filter', 'projection', 'sort'].every((name) => (given.get(name) ?? ANY) instanceof Map) &&
    docsOf(given).every((each) => each.has('_id')) &&
    ['docs', 'other'].every((name) => hasUniqueIds((given.get(name) ?? []) as Doc[])) &&
    given.has('docs') === (kind !== 'update') &&
    (given.get('arrayFilters') as Doc[] | undefined)?.every((each) => each.size > 0) !== false &&
    (given.get('update') instanceof Map || isDocs(given.get('update'))) &&
    (kind !== 'update' ||
      (given.has('update') && (given.get('query') as Doc | undefined)?.get('_id') instanceof Int32)) &&
    (kind !== 'aggregate' || (given.get('pipeline') as Doc[] | undefined)?.[0]?.has('$sort') === true) &&
    isOrdered((given.get('pipeline') ?? []) as Doc[]) &&
    (kind !== 'find' || !given.has('sort') || (given.get('sort') as Doc).size > 0)
  );
}

const hasUniqueIds = (list: Doc[]): boolean =>
  new Set(list.map((each) => toText(new Map([['_id', each.get('_id') ?? null]])))).size === list.length;

const ANY: Doc = new Map();

function docsOf(given: Doc): Doc[] {
  const stored = given.get('doc');
  return [given.get('docs') ?? [], given.get('other') ?? [], stored ? [stored] : []].flat() as Doc[];
}

function* variants(value: Value): Generator<Value> {
  if (value instanceof Map) {
    for (const name of value.keys()) yield new Map([...value].filter(([other]) => other !== name));
    for (const [name, member] of value)
      for (const variant of variants(member))
        yield new Map([...value].map(([other, kept]) => [other, other === name ? variant : kept]));
  } else if (Array.isArray(value)) {
    for (const n of value.keys()) yield value.toSpliced(n, 1);
    for (const [n, member] of value.entries()) {
      yield value.map((kept, m) => (m === n ? ONE : kept));
      for (const variant of variants(member)) yield value.with(n, variant);
    }
  } else if (!(value instanceof Int32 && value.value === 1) && typeof value !== 'boolean') yield ONE;
}

const ONE = int32(1);
