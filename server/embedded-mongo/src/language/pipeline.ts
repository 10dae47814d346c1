import { toNumber, typeName, type Doc, type Value } from '../bson/value.ts';
import { location } from './errors.ts';
import { newScope, type Constants, type Reading } from './expression/expression.ts';
import { compileFilter, type Filter } from './filter.ts';
import { compileSort, sortDocs, type Sort } from './sort.ts';
import { group, sortByCount } from './stages/group.ts';
import { lookup } from './stages/lookup.ts';
import { timed, type PipelineEnv, type Stage, type StageCompiler } from './stages/stage.ts';
import { compileTransform, type Transform } from './stages/transform.ts';
import { unwind } from './stages/unwind.ts';

export type { PipelineEnv };

/** The stages at the start that an index can serve: a filter, then a sort, then skip, then limit. */
type Head = { filter: Filter | undefined; sort: Sort | undefined; skip: number; limit: number | undefined };

export type Pipeline = {
  readonly head: Head;
  /** The top-level fields that the whole pipeline reads; `undefined` when it needs documents whole. */
  readonly fields: ReadonlySet<string> | undefined;
  /** All stages. */
  run(source: Iterable<Doc>, env: PipelineEnv): Iterable<Doc>;
  /** The stages behind the head, for a source to which the head was already applied. */
  runAfterHead(source: Iterable<Doc>, env: PipelineEnv): Iterable<Doc>;
};

type PipelineOptions = {
  constants: Constants;
  /** A pipeline inside another: no text index stands before it. */
  nested?: boolean;
};

/**
 * Compiles an aggregation pipeline.
 * @throws MongoError as MongoDB refuses a pipeline; a stage outside the subset is unknown (40324).
 */
export function compilePipeline(stages: readonly Doc[], { constants, nested = false }: PipelineOptions): Pipeline {
  const parsed = stages.map((stage) => {
    const [only] = stage;
    if (!only || stage.size !== 1)
      throw location(40323, 'A pipeline stage specification object must contain exactly one field.');
    return { name: only[0], spec: only[1] };
  });
  const fields = new Set<string>();
  let narrowed = false;
  const compiled = parsed.map(({ name, spec }, n) => {
    const reading = { fields: narrowed ? new Set<string>() : fields, constants };
    const stage = compileStage({ name, spec, first: n === 0 && !nested, reading });
    narrowed ||= stage.narrows;
    return stage;
  });
  const { head, length } = compileHead(parsed, constants);
  return {
    head,
    fields: narrowed && !fields.has('') ? fields : undefined,
    run: (source, env) => chain(compiled, source, env),
    runAfterHead: (source, env) => chain(compiled.slice(length), source, env),
  };
}

const chain = (stages: readonly Stage[], source: Iterable<Doc>, env: PipelineEnv): Iterable<Doc> =>
  stages.reduce((docs, stage) => stage.run(docs, env), source);

type Parsed = { name: string; spec: Value };
type StageRequest = Parsed & { first: boolean; reading: Reading };

function compileStage({ name, spec, first, reading }: StageRequest): Stage {
  if (name === '$match') return match(spec, first, reading);
  const transform = compileTransform(name, spec, reading);
  if (transform) return { narrows: transform.narrows, run: (source, env) => mapped(source, transform.apply, env) };
  const compile = STAGES.get(name);
  if (!compile) throw location(40324, `Unrecognized pipeline stage name: '${name}'`);
  return compile(spec, { ...reading, name });
}

function* mapped(source: Iterable<Doc>, apply: Transform['apply'], env: PipelineEnv): Generator<Doc> {
  const scope = newScope();
  for (const doc of timed(source, env)) yield apply(doc, scope);
}

function match(spec: Value, first: boolean, { fields, constants }: Reading): Stage {
  if (!(spec instanceof Map)) throw location(15959, 'the match filter must be an expression in an object');
  const filter = compileFilter(spec, { constants });
  if (filter.text && !first) throw location(17313, '$match with $text is only allowed as the first pipeline stage');
  for (const field of filter.fields ?? ['']) fields.add(field);
  return {
    narrows: false,
    *run(source, env) {
      for (const doc of timed(source, env)) if (filter.matches(doc)) yield doc;
    },
  };
}

const sort: StageCompiler = (spec, { fields }) => {
  if (!(spec instanceof Map)) throw location(15973, 'the $sort key specification must be an object');
  if (spec.size === 0) throw location(15976, '$sort stage must have at least one sort key');
  const compiled = compileSort(spec);
  for (const { path } of compiled.fields) fields.add(path.split('.')[0] ?? '');
  return { narrows: false, run: (source, env) => sortDocs(timed(source, env), compiled) };
};

/** The argument of `$skip` and `$limit`. */
function amount(name: string, spec: Value, code: number): number {
  const number = toNumber(spec);
  if (number === undefined || !Number.isInteger(number) || number < 0)
    throw location(code, `invalid argument to ${name} stage: Expected a non-negative integer, found ${typeName(spec)}`);
  if (name === '$limit' && number === 0) throw location(15958, 'the limit must be positive');
  return number;
}

const skip: StageCompiler = (spec, { name }) => {
  const skipped = amount(name, spec, 5107200);
  return {
    narrows: false,
    *run(source, env) {
      let n = 0;
      for (const doc of timed(source, env)) if (n++ >= skipped) yield doc;
    },
  };
};

const limit: StageCompiler = (spec, { name }) => {
  const most = amount(name, spec, 5107201);
  return {
    narrows: false,
    *run(source) {
      let n = 0;
      for (const doc of source) {
        yield doc;
        if (++n >= most) return;
      }
    },
  };
};

const count: StageCompiler = (spec, context) => {
  if (typeof spec !== 'string') throw location(40156, 'the count field must be a non-empty string');
  if (spec === '') throw location(40157, 'the count field must be a non-empty string');
  if (spec.startsWith('$')) throw location(40158, 'the count field cannot be a $-prefixed path');
  if (spec.includes('\0')) throw location(40159, 'the count field cannot contain a null byte');
  if (spec.includes('.')) throw location(40160, "the count field cannot contain '.'");
  const counting = group(
    new Map<string, Value>([
      ['_id', null],
      [spec, new Map([['$count', new Map()]])],
    ]),
    context,
  );
  return {
    narrows: true,
    *run(source, env) {
      for (const doc of counting.run(source, env)) yield new Map([...doc].filter(([name]) => name !== '_id'));
    },
  };
};

const facet: StageCompiler = (spec, { fields, constants }) => {
  if (!(spec instanceof Map) || spec.size === 0)
    throw location(40169, 'the $facet specification must be a non-empty object');
  const pipelines = [...spec].map(([name, stages]) => {
    if (!Array.isArray(stages))
      throw location(40170, `arguments to $facet must be arrays, ${name} is type ${typeName(stages)}`);
    const docs = stages.map((stage) => {
      if (!(stage instanceof Map)) throw location(40171, `elements of arrays in $facet spec must be non-empty objects`);
      if (stage.has('$facet')) throw location(40600, '$facet is not allowed to be used within a $facet stage');
      return stage;
    });
    return [name, compilePipeline(docs, { constants, nested: true })] as const;
  });
  for (const [, { fields: read }] of pipelines) for (const field of read ?? ['']) fields.add(field);
  return {
    narrows: true,
    *run(source, env) {
      const docs = [...timed(source, env)];
      yield new Map(pipelines.map(([name, pipeline]) => [name, [...pipeline.run(docs, env)]]));
    },
  };
};

const STAGES: ReadonlyMap<string, StageCompiler> = new Map([
  ['$sort', sort],
  ['$skip', skip],
  ['$limit', limit],
  ['$count', count],
  ['$facet', facet],
  ['$group', group],
  ['$sortByCount', sortByCount],
  ['$unwind', unwind],
  ['$lookup', lookup],
]);

/** Takes as many stages from the start as fit into one filter, one sort and one window. */
function compileHead(stages: readonly Parsed[], constants: Constants): { head: Head; length: number } {
  const filters: Doc[] = [];
  const head: Head = { filter: undefined, sort: undefined, skip: 0, limit: undefined };
  let n = 0;
  for (; stages[n]?.name === '$match'; n++) filters.push(stages[n]?.spec as Doc);
  const [only] = filters;
  if (only) head.filter = compileFilter(filters.length === 1 ? only : new Map([['$and', filters]]), { constants });
  if (stages[n]?.name === '$sort') head.sort = compileSort(stages[n++]?.spec as Doc);
  for (; ; n++) {
    const { name, spec } = stages[n] ?? {};
    const value = toNumber(spec) ?? 0;
    if (name === '$skip') {
      head.skip += value;
      if (head.limit !== undefined) head.limit = Math.max(0, head.limit - value);
    } else if (name === '$limit') head.limit = Math.min(head.limit ?? value, value);
    else return { head, length: n };
  }
}
