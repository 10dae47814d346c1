import { toNumber, type Doc, type Value } from '../bson/value.ts';
import { location, notSupported } from './errors.ts';
import { newScope, type Constants } from './expression/core.ts';
import { compileFilter, type Filter, type Position } from './filter.ts';
import { applyProjection } from './projection-tree.ts';
import { parseProjection, type SpecialField } from './projection-spec.ts';

type ProjectionOptions = {
  /** The query of the same command, for the positional `path.$`. */
  filter?: Doc;
  constants: Constants;
};

type Change = (doc: Doc) => Doc;

/**
 * Compiles the projection of `find` and `findAndModify`: flags, nested documents, expressions, `$slice`, `$elemMatch`
 * and the positional `path.$`.
 * @throws MongoError as MongoDB refuses a projection.
 */
export function compileProjection(spec: Doc, options: ProjectionOptions): (doc: Doc) => Doc {
  const scope = newScope();
  const after: Change[] = [];
  const before: Change[] = [];
  const { tree, mode } = parseProjection(
    spec,
    { fields: new Set(), constants: options.constants },
    specialFields({ after, before, options }),
  );
  return (doc) => {
    scope.root = doc;
    const start = before.reduce((current, change) => change(current), doc);
    return after.reduce((current, change) => change(current), applyProjection(tree, mode, start, scope));
  };
}

type Special = { after: Change[]; before: Change[]; options: ProjectionOptions };

const specialFields =
  ({ after, before, options }: Special): SpecialField =>
  (names, value, parser) => {
    if (names.at(-1) === '$') {
      if (before.length > 0) throw location(31276, 'Cannot specify more than one positional projection per query.');
      const path = names.slice(0, -1);
      parser.named(path, 'include');
      before.push(positional(path, compileFilter(options.filter ?? new Map(), options)));
      return true;
    }
    if (!(value instanceof Map)) return false;
    const [operator, operand] = [...value][0] ?? [];
    if (operator === '$meta') throw notSupported('The projection {$meta}');
    if (operator === '$elemMatch') {
      const pick = elemMatch(names, operand);
      const [name = ''] = names;
      parser.picked(name, (scope) => pick(scope.root.get(name)));
      return true;
    }
    const range = operator === '$slice' && operand !== undefined ? sliceRange(operand) : undefined;
    if (!range) return false;
    parser.sliced(names);
    after.push((doc) => changeAt(doc, names, range) as Doc);
    return true;
  };

/** Keeps of the first array on the path only the element that the query matched. */
function positional(path: readonly string[], filter: Filter): Change {
  return (doc) => {
    const position: Position = { index: undefined };
    filter.matches(doc, position);
    return onlyAt(doc, path, position.index) as Doc;
  };
}

function onlyAt(value: Value, path: readonly string[], index: number | undefined): Value {
  if (Array.isArray(value)) {
    if (index === undefined)
      throw location(51246, "positional operator '.$' couldn't find a matching element in the array");
    const element = value[index];
    if (element === undefined) throw location(51247, "positional operator '.$' element mismatch");
    return [element];
  }
  const [name, ...rest] = path;
  const child = value instanceof Map && name !== undefined ? value.get(name) : undefined;
  return child === undefined || name === undefined
    ? value
    : new Map(value as Doc).set(name, onlyAt(child, rest, index));
}

/** The first element that matches, in an array of its own; nothing when there is none. */
function elemMatch(
  names: readonly string[],
  operand: Value | undefined,
): (value: Value | undefined) => Value | undefined {
  if (names.length > 1) throw location(31275, 'Cannot use $elemMatch projection on a nested field');
  if (!(operand instanceof Map)) throw location(31274, 'elemMatch: Invalid argument, object required');
  const filter = compileFilter(new Map([['', new Map([['$elemMatch', operand]])]]));
  return (value) => {
    const position: Position = { index: undefined };
    if (!Array.isArray(value) || !filter.matches(new Map([['', value]]), position)) return undefined;
    const element = value[position.index ?? -1];
    return element === undefined ? undefined : [element];
  };
}

/** What `{$slice: n}` or `{$slice: [skip, n]}` leaves of an array; `undefined` for the expression `$slice`. */
function sliceRange(operand: Value): ((array: Value[]) => Value[]) | undefined {
  const count = toNumber(operand);
  if (count !== undefined)
    return (array) => (count < 0 ? array.slice(Math.trunc(count)) : array.slice(0, Math.trunc(count)));
  const [skip, limit] = Array.isArray(operand) && operand.length === 2 ? operand.map(toNumber) : [];
  if (skip === undefined || limit === undefined) return undefined;
  if (limit <= 0) throw location(28724, 'The second argument of $slice must be positive');
  return (array) => {
    const from = skip < 0 ? Math.max(0, array.length + skip) : skip;
    return array.slice(from, from + limit);
  };
}

function changeAt(value: Value, path: readonly string[], change: (array: Value[]) => Value[]): Value {
  const [name, ...rest] = path;
  if (name === undefined) return Array.isArray(value) ? change(value) : value;
  if (Array.isArray(value)) return value.map((element) => changeAt(element, path, change));
  const child = value instanceof Map ? value.get(name) : undefined;
  return child === undefined ? value : new Map(value as Doc).set(name, changeAt(child, rest, change));
}
