import { typeName, type Doc, type Value } from '../bson/value.ts';
import { equalValues } from './compare.ts';
import { badValue, failedToParse, immutableField, invalidOptions, MongoError, pathNotViable } from './errors.ts';
import { newScope, type Constants } from './expression/core.ts';
import { compileElementFilters } from './element-filters.ts';
import { compileTransform } from './stages/transform.ts';
import { arrayIndex } from './path.ts';
import { MODIFIERS, UNSET } from './update-operators.ts';
import { applyTree, branch, insert, type ApplyState, type Branch } from './update-tree.ts';
import { idFirst, upsertBase } from './upsert.ts';

type UpdateOptions = {
  arrayFilters?: readonly Doc[];
  /** The query of an upsert: what it asks to be equal is where an inserted document starts from. */
  upsertFrom?: Doc;
  /** For the expressions of a pipeline. */
  constants?: Constants;
};

export type ApplyOptions = {
  /** What `Filter.matches` reported, for the positional `$`. */
  matchedIndex?: number | undefined;
  /** An upsert that inserts: `doc` is ignored, the result starts from `upsertFrom` and may lack an `_id`. */
  inserting: boolean;
  now: Date;
};

export type Update = {
  readonly kind: 'operators' | 'replacement' | 'pipeline';
  /** The top-level fields that it reads and writes; `undefined` when it may be any. */
  readonly fields: ReadonlySet<string> | undefined;
  /**
   * A new document; the given one stays as it is. Both encode to the same bytes when nothing changed.
   * @throws MongoError 66 when `_id` would change, and whatever the operators refuse.
   */
  apply(doc: Doc, options: ApplyOptions): Doc;
};

type Change = { fields?: ReadonlySet<string>; apply(doc: Doc, state: ApplyState): Doc };

/**
 * Compiles operators, a replacement document, or a pipeline.
 * @throws MongoError as MongoDB refuses an update; an operator outside the subset is unknown (9).
 */
export function compileUpdate(update: Doc | readonly Doc[], options: UpdateOptions = {}): Update {
  const kind = kindOf(update);
  if (kind !== 'operators' && options.arrayFilters?.length)
    throw failedToParse(
      `arrayFilters may not be specified for ${kind === 'pipeline' ? 'pipeline-syle' : kind} updates`,
    );
  const change = compileChange(update, options);
  const { upsertFrom } = options;
  return {
    kind,
    fields: change.fields,
    apply(doc, given) {
      const original = given.inserting ? startOfInsert(kind, upsertFrom) : doc;
      const changed = idFirst(change.apply(original, { ...given, original }));
      const id = original.get('_id');
      const changedId = changed.get('_id');
      if (id === undefined) return changed;
      if (changedId === undefined || !equalValues(changedId, id))
        throw immutableField("Performing an update on the path '_id' would modify the immutable field '_id'");
      return changed;
    },
  };
}

function kindOf(update: Doc | readonly Doc[]): Update['kind'] {
  if (!(update instanceof Map)) return 'pipeline';
  return update.keys().next().value?.startsWith('$') ? 'operators' : 'replacement';
}

function compileChange(update: Doc | readonly Doc[], options: UpdateOptions): Change {
  if (!(update instanceof Map)) return compilePipelineUpdate(update, options.constants ?? new Map());
  return kindOf(update) === 'operators' ? compileOperators(update, options) : compileReplacement(update);
}

/** An upsert's operators and pipelines start from all equalities of the query, a replacement from its `_id` alone. */
function startOfInsert(kind: Update['kind'], query: Doc | undefined): Doc {
  const base = upsertBase(query ?? new Map());
  const id = base.get('_id');
  return kind !== 'replacement' ? base : new Map(id === undefined ? [] : [['_id', id]]);
}

function compileReplacement(replacement: Doc): Change {
  for (const name of replacement.keys())
    if (name.startsWith('$'))
      throw dollarPrefixed(name, "is not allowed in the context of an update's replacement document");
  return { apply: (doc) => keepId(doc, replacement) };
}

const keepId = (from: Doc, to: Doc): Doc => {
  const id = from.get('_id');
  return id === undefined || to.has('_id') ? to : new Map([['_id', id], ...to]);
};

function compilePipelineUpdate(stages: readonly Doc[], constants: Constants): Change {
  const transforms = stages.map((stage) => {
    const [only] = stage;
    if (!only || stage.size !== 1)
      throw new MongoError(
        40323,
        'Location40323',
        'A pipeline stage specification object must contain exactly one field.',
      );
    const transform = compileTransform(only[0], only[1], { fields: new Set(), constants });
    if (!transform) throw invalidOptions(`${only[0]} is not allowed to be used within an update`);
    return transform;
  });
  return {
    apply(doc) {
      const scope = newScope();
      return keepId(
        doc,
        transforms.reduce((current, transform) => transform.apply(current, scope), doc),
      );
    },
  };
}

function compileOperators(update: Doc, { arrayFilters = [] }: UpdateOptions): Change {
  const { filters, used } = compileElementFilters(arrayFilters);
  const root = branch(filters);
  const checks: ((original: Doc) => void)[] = [];
  for (const [operator, operand] of update) {
    const modifier = MODIFIERS.get(operator);
    if (!modifier && operator !== '$rename')
      throw failedToParse(
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    if (!(operand instanceof Map))
      throw failedToParse(
        `Modifiers operate on fields but we found type ${typeName(operand)} instead. For example: {$mod: {<field>: ...}}`,
      );
    for (const [path, value] of operand) {
      const names = updatePath(path, filters, used);
      if (modifier) insert(root, names, modifier(value, path));
      else checks.push(insertRename(root, names, value));
    }
  }
  for (const identifier of filters.keys())
    if (!used.has(identifier))
      throw failedToParse(`The array filter for identifier '${identifier}' was not used in the update`);
  return {
    fields: new Set(root.children.keys()),
    apply(doc, state) {
      for (const check of checks) check(doc);
      return applyTree(root, doc, state);
    },
  };
}

/** The names of an update path, which may hold one `$` and any number of `$[…]`. */
function updatePath(path: string, filters: ReadonlyMap<string, unknown>, used: Set<string>): string[] {
  const names = path.split('.');
  if (names.includes(''))
    throw new MongoError(
      56,
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  const [first = ''] = names;
  if (first === '$')
    throw badValue(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`);
  if (first.startsWith('$['))
    throw badValue(
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    );
  if (path.includes('\0')) throw badValue(`The update path '${path}' contains a null byte.`);
  if (names.filter((name) => name === '$').length > 1)
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  if (first.startsWith('$')) throw dollarPrefixed(first, 'is not valid for storage');
  for (const name of names) {
    const identifier = /^\$\[(.*)\]$/.exec(name)?.[1];
    if (!identifier) continue;
    if (!filters.has(identifier))
      throw badValue(`No array filter found for identifier '${identifier}' in path '${path}'`);
    used.add(identifier);
  }
  return names;
}

const dollarPrefixed = (name: string, why: string) =>
  new MongoError(52, 'DollarPrefixedFieldName', `The dollar ($) prefixed field '${name}' in '${name}' ${why}.`);

/** Gives a check of the document, to be made before anything is changed. */
function insertRename(root: Branch, from: readonly string[], operand: Value): (original: Doc) => void {
  const source = from.join('.');
  insert(root, from, UNSET);
  if (typeof operand !== 'string') throw badValue(`The 'to' field for $rename must be a string: ${source}`);
  if (from.some((name) => name.startsWith('$')))
    throw badValue(`The source field for $rename may not be dynamic: ${source}`);
  const to = updatePath(operand, new Map(), new Set());
  if (to.some((name) => name.startsWith('$')))
    throw badValue(`The destination field for $rename may not be dynamic: ${operand}`);
  if (operand === source) throw badValue(`The source and target field for $rename must differ: ${source}`);
  insert(root, to, {
    missing: 'create',
    idle: ({ original }) => movable(original, from) === undefined,
    apply: (_, { original }) => movable(original, from),
  });
  return (original) => {
    if (movable(original, from) !== undefined) checkDestination(original, to);
  };
}

/** What a `$rename` moves; nothing when it is not there. @throws MongoError 2 for an element of an array. */
function movable(doc: Doc, names: readonly string[]): Value | undefined {
  let at: Value | undefined = doc;
  let inArray = false;
  for (const name of names) {
    if (at === undefined) return undefined;
    if (at instanceof Map) at = at.get(name);
    else if (Array.isArray(at) && arrayIndex(name) >= 0) {
      inArray = true;
      at = at[arrayIndex(name)];
    } else throw pathNotViable(`Cannot use the part (${name}) of (${names.join('.')}) to traverse the element`);
  }
  if (inArray && at !== undefined)
    throw badValue(`The source field cannot be an array element, '${names.join('.')}' has an array field`);
  return at;
}

function checkDestination(doc: Doc, names: readonly string[]): void {
  let at: Value | undefined = doc;
  for (const name of names) {
    if (Array.isArray(at))
      throw badValue(`The destination field cannot be an array element, '${names.join('.')}' has an array field`);
    at = at instanceof Map ? at.get(name) : undefined;
  }
}
