import { Decimal128, toNumber, type Doc, type Value } from '../bson/value.ts';
import { location } from './errors.ts';
import { compileExpression, fieldPath, isKnownOperator, truthy, type Reading } from './expression/expression.ts';
import type { Expression } from './expression/core.ts';
import { enter, projectionTree, type ProjectionMode, type ProjectionTree } from './projection-tree.ts';

type ParsedProjection = { tree: ProjectionTree; mode: ProjectionMode };

/** What `find` has besides expressions. True when it took the field. */
export type SpecialField = (names: readonly string[], value: Value, parser: ProjectionParser) => boolean;

/** Reads the specification of a `find` projection or a `$project` stage. */
export function parseProjection(spec: Doc, reading: Reading, special: SpecialField = () => false): ParsedProjection {
  const parser = new ProjectionParser(reading, special);
  parser.document(spec, []);
  return parser.finish();
}

/** Whether a value in a projection says «this field, yes or no». */
const isFlag = (value: Value): boolean =>
  typeof value === 'boolean' || value instanceof Decimal128 || toNumber(value) !== undefined;

export class ProjectionParser {
  private readonly tree = projectionTree();
  /** All paths, of which no two may meet. */
  private readonly taken = projectionTree();
  private readonly reading: Reading;
  private readonly special: SpecialField;
  private readonly slices: (readonly string[])[] = [];
  private picks = false;
  private mode: 'include' | 'exclude' | undefined;
  private id: 'include' | 'exclude' | 'unsaid' = 'unsaid';

  constructor(reading: Reading, special: SpecialField) {
    this.reading = reading;
    this.special = special;
  }

  document(spec: Doc, prefix: readonly string[]): void {
    for (const [path, value] of spec) this.field(path, prefix, value);
  }

  /** A field that is kept, or in an exclusion dropped. */
  named(names: readonly string[], mode: 'include' | 'exclude'): void {
    if (this.mode && this.mode !== mode)
      throw mode === 'include'
        ? location(31253, `Cannot do inclusion on field ${names.join('.')} in exclusion projection`)
        : location(31254, `Cannot do exclusion on field ${names.join('.')} in inclusion projection`);
    this.mode = mode;
    enter(this.taken, names, 'named');
    enter(this.tree, names, 'named');
  }

  /** A field that is kept if this turns out to be an inclusion, and changed afterwards. */
  sliced(names: readonly string[]): void {
    enter(this.taken, names, 'named');
    this.slices.push(names);
  }

  /** A field computed in a way that fits an inclusion and an exclusion. */
  picked(name: string, evaluate: Expression): void {
    this.picks = true;
    enter(this.taken, [name], 'named');
    enter(this.tree, [name], evaluate);
  }

  computed(names: readonly string[], value: Value): void {
    if (this.mode === 'exclude')
      throw value instanceof Map
        ? location(31252, 'Cannot use expression other than $meta in exclusion projection')
        : location(31310, 'Cannot use an expression in an exclusion projection');
    const operator = value instanceof Map ? (value.keys().next().value ?? '') : '';
    if (operator.startsWith('$') && !isKnownOperator(operator)) throw location(31325, `Unknown expression ${operator}`);
    this.mode = 'include';
    enter(this.taken, names, 'named');
    enter(this.tree, names, compileExpression(value, this.reading));
  }

  finish(): ParsedProjection {
    const mode = this.mode ?? this.modeUnsaid();
    const keepsId = mode === 'include' ? this.id !== 'exclude' : this.id === 'exclude';
    if (keepsId && !this.tree.fields.has('_id')) enter(this.tree, ['_id'], 'named');
    if (mode === 'include') for (const names of this.slices) enter(this.tree, names, 'named');
    if (mode === 'include') for (const name of this.tree.fields.keys()) this.reading.fields.add(name);
    return { tree: this.tree, mode };
  }

  /** What MongoDB takes a projection for that has no flags but perhaps that of `_id`. */
  private modeUnsaid(): 'include' | 'exclude' {
    if (this.slices.length > 0 || this.id === 'exclude') return 'exclude';
    return this.picks || this.id === 'include' ? 'include' : 'exclude';
  }

  private field(path: string, prefix: readonly string[], value: Value): void {
    const names = [...prefix, ...(path.endsWith('.$') ? path.split('.') : fieldPath(path))];
    if (this.special(names, value, this)) return;
    if (names.at(-1) === '$') throw location(31324, 'Cannot use positional projection in aggregation projection');
    if (value instanceof Map && !value.keys().next().value?.startsWith('$')) {
      if (value.size === 0)
        throw location(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
      this.document(value, names);
    } else if (!isFlag(value)) this.computed(names, value);
    else if (names.length === 1 && path === '_id') this.id = truthy(value) ? 'include' : 'exclude';
    else this.named(names, truthy(value) ? 'include' : 'exclude');
  }
}
