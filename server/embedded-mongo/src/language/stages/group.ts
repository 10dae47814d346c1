import type { Doc, Value } from '../../bson/value.ts';
import { location } from '../errors.ts';
import { ACCUMULATORS, type Accumulator } from '../expression/accumulators.ts';
import { compileExpression, newScope, type Expression, type Reading } from '../expression/expression.ts';
import { ValueMap } from '../value-map.ts';
import { timed, type PipelineEnv, type Stage, type StageCompiler } from './stage.ts';

type Output = { name: string; make: () => Accumulator; value: Expression };
type Group = { id: Value; values: Accumulator[] };

export const group: StageCompiler = (spec, reading) => {
  if (!(spec instanceof Map)) throw location(15947, "a group's fields must be specified in an object");
  const id = spec.get('_id');
  if (id === undefined) throw location(15955, 'a group specification must include an _id');
  const outputs = [...spec].filter(([name]) => name !== '_id').map(([name, value]) => output(name, value, reading));
  return grouping(compileExpression(id, reading), outputs);
};

export const sortByCount: StageCompiler = (spec, reading) => {
  const isExpression = spec instanceof Map && spec.keys().next().value?.startsWith('$');
  if (typeof spec !== 'string' && !(spec instanceof Map))
    throw location(40149, 'the sortByCount field must be specified as a string or as an object');
  if (spec instanceof Map && !isExpression)
    throw location(
      40147,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  if (typeof spec === 'string' && !spec.startsWith('$'))
    throw location(
      40148,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  const count = { name: 'count', make: accumulator('$count'), value: () => null };
  const groups = grouping(compileExpression(spec, reading), [count]);
  return {
    narrows: true,
    run: (source, env) => [...groups.run(source, env)].toSorted((a, b) => countOf(b) - countOf(a)),
  };
};

const countOf = (doc: Doc): number => {
  const value = doc.get('count');
  return Number(typeof value === 'object' && value && 'value' in value ? value.value : value);
};

function accumulator(name: string): () => Accumulator {
  const make = ACCUMULATORS.get(name);
  if (!make) throw location(15952, `unknown group operator '${name}'`);
  return make;
}

function output(name: string, spec: Value, reading: Reading): Output {
  if (name.includes('.')) throw location(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) throw location(40236, `The field name '${name}' cannot be an operator name`);
  if (!(spec instanceof Map) || (spec.size > 0 && !spec.keys().next().value?.startsWith('$')))
    throw location(40234, `The field '${name}' must be an accumulator object`);
  const [only] = spec;
  if (!only || spec.size !== 1) throw location(40238, `The field '${name}' must specify one accumulator`);
  const [operator, operand] = only;
  const make = accumulator(operator);
  if (operator === '$count' && !(operand instanceof Map && operand.size === 0))
    throw location(9, `$count takes no arguments, i.e. $count:{}`);
  if (Array.isArray(operand)) throw location(40237, `The ${operator} accumulator is a unary operator`);
  return { name, make, value: compileExpression(operator === '$count' ? null : operand, reading) };
}

function grouping(id: Expression, outputs: readonly Output[]): Stage {
  return {
    narrows: true,
    *run(source: Iterable<Doc>, env: PipelineEnv) {
      const scope = newScope();
      const known = new ValueMap<Group>();
      const groups: Group[] = [];
      for (const doc of timed(source, env)) {
        scope.root = doc;
        const key = id(scope) ?? null;
        let found = known.get(key);
        if (!found) {
          found = { id: key, values: outputs.map(({ make }) => make()) };
          known.set(key, found);
          groups.push(found);
        }
        for (let n = 0; n < outputs.length; n++) found.values[n]?.add(outputs[n]?.value(scope));
      }
      for (const { id: key, values } of groups) {
        const out: Doc = new Map([['_id', key]]);
        for (const [n, { name }] of outputs.entries()) out.set(name, values[n]?.result() ?? null);
        yield out;
      }
    },
  };
}
