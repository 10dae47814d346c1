import type { Doc, Value } from '../bson/value.ts';
import { badValue, MongoError } from './errors.ts';
import { compileExpression, newScope, truthy, type Constants } from './expression/expression.ts';
import { compileField, isOperators, type Condition, type FieldContext } from './filter-field.ts';
import type { Bound } from './filter-bounds.ts';
import type { Position } from './path.ts';
import { parseTextSearch, type TextSearch } from './text.ts';

export type { Bound, Position };

export type Filter = {
  /** Whether the document matches; fills `position` for an update's positional `$`. */
  matches(doc: Doc, position?: Position): boolean;
  /**
   * What every matching document has at certain paths, for index planning: more documents may have it than match.
   * Values are never arrays. Where some document has an array on the path, only one of the conditions of a path may
   * be used, because each may hold for another element.
   */
  bounds(): ReadonlyMap<string, Bound>;
  /** Set when the filter has `$text`, which `matches` takes as met: the documents must come from the text index. */
  readonly text: TextSearch | undefined;
  /** Set when every match has this `_id`: the document with an equal key is the only one that may match. */
  readonly id: Value | undefined;
  /** Whether it says nothing but that: the document with an equal key is a match. */
  readonly onlyId: boolean;
  /** The top-level fields that `matches` reads; `undefined` when it needs documents whole. */
  readonly fields: ReadonlySet<string> | undefined;
};

type FilterOptions = {
  /** For `$expr`, which without it is refused, as it is in array filters, `$pull` and partial indexes. */
  constants?: Constants;
};

type Match = (doc: Doc, position?: Position) => boolean;

/**
 * Compiles a query filter once, to match many documents.
 * @throws MongoError as MongoDB refuses a filter; an operator outside the subset is unknown (2).
 */
export function compileFilter(filter: Doc, options: FilterOptions = {}): Filter {
  const context: FilterContext = {
    bounds: new Map(),
    fields: new Set(),
    constants: options.constants,
    inElement: false,
    text: undefined,
    mayHaveText: true,
  };
  const matches = compileDocument(filter, context);
  return {
    matches,
    bounds: () => context.bounds ?? new Map(),
    text: context.text,
    id: context.bounds?.get('_id')?.eq,
    onlyId: filter.size === 1 && filter.has('_id') && !isOperators(filter.get('_id') ?? null),
    fields: context.fields.has('') ? undefined : context.fields,
  };
}

type FilterContext = FieldContext & {
  constants: Constants | undefined;
  inElement: boolean;
  text: TextSearch | undefined;
  mayHaveText: boolean;
};

function compileDocument(filter: Doc, context: FilterContext): Match {
  const parts: Match[] = [];
  for (const [name, value] of filter) {
    if (name.startsWith('$')) parts.push(...topLevel(name, value, context));
    else parts.push(compileField(name, value, context, elemMatchObject).match);
  }
  return all(parts);
}

function topLevel(operator: string, value: Value, context: FilterContext): Match[] {
  switch (operator) {
    case '$and':
      return clauses(operator, value).map((clause) => compileDocument(clause, context));
    case '$or': {
      const alternatives = inner(clauses(operator, value), context);
      return [(doc, position) => alternatives.some((match) => match(doc, position))];
    }
    case '$nor': {
      const alternatives = inner(clauses(operator, value), context);
      return [(doc) => !alternatives.some((match) => match(doc))];
    }
    case '$expr':
      return [compileExpr(value, context)];
    case '$comment':
      return [];
    case '$text':
      context.text = compileText(value, context);
      return [];
    default:
      throw badValue(`unknown top level operator: ${operator}`);
  }
}

function compileExpr(value: Value, { constants, inElement, fields }: FilterContext): Match {
  if (inElement) throw badValue('$expr can only be applied to the top-level document');
  if (!constants) throw new MongoError(224, 'QueryFeatureNotAllowed', '$expr is not allowed in this context');
  const evaluate = compileExpression(value, { fields, constants });
  const scope = newScope();
  return (doc) => {
    scope.root = doc;
    return truthy(evaluate(scope));
  };
}

function clauses(operator: string, value: Value): Doc[] {
  if (!Array.isArray(value)) throw badValue(`${operator} must be an array`);
  if (value.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  return value.map((clause) => {
    if (clause instanceof Map) return clause;
    throw badValue('$or/$and/$nor entries need to be full objects');
  });
}

/** Alternatives say nothing about what every match has, unless there is only one. */
function inner(alternatives: Doc[], context: FilterContext): Match[] {
  const own = { ...context, bounds: undefined, mayHaveText: false };
  return alternatives.map((clause) => compileDocument(clause, own));
}

/** `$elemMatch` with a query on the elements, which are documents, or arrays seen as documents. */
function elemMatchObject(query: Doc): Condition['single'] {
  const outside = { bounds: undefined, fields: new Set<string>(), constants: undefined, text: undefined };
  const match = compileDocument(query, { ...outside, inElement: true, mayHaveText: false });
  return (value) => {
    if (value instanceof Map) return match(value);
    return Array.isArray(value) && match(new Map(value.map((element, n) => [String(n), element])));
  };
}

function compileText(value: Value, context: FilterContext): TextSearch {
  if (!context.mayHaveText) throw badValue('$text is only supported at the top level of a query, or in $and there');
  if (context.text) throw badValue('Too many text expressions');
  if (!(value instanceof Map)) throw badValue('$text expects an object');
  const search = value.get('$search');
  if (typeof search !== 'string') throw badValue('$search must be a string');
  for (const [option, given] of value)
    if (option !== '$search' && !(/^\$(?:case|diacritic)Sensitive$/.test(option) && given === false))
      throw badValue(`extra fields in $text: ${option}`);
  return parseTextSearch(search);
}

function all(parts: readonly Match[]): Match {
  const [first, second] = parts;
  if (!first) return () => true;
  if (!second) return first;
  if (parts.length === 2) return (doc, position) => first(doc, position) && second(doc, position);
  return (doc, position) => {
    for (const match of parts) if (!match(doc, position)) return false;
    return true;
  };
}
