import type { Doc } from '../bson/value.ts';
import { notSupported } from '../language/errors.ts';
import { commandConstants, type Constants } from '../language/expression/expression.ts';
import type { Plan } from '../storage/plan.ts';
import { AGGREGATE_FIELDS, readAggregate } from './aggregate.ts';
import { Args, GENERIC_FIELDS, replyDoc } from './args.ts';
import type { Commands, Context } from './command.ts';
import { findStored, planOf, type Query } from './query.ts';
import { FIND_FIELDS, findQuery } from './read-commands.ts';

export const explainCommands: Commands = {
  explain: {
    fields: ['verbosity'],
    run: (context) => explain(context, context.args.document('explain') ?? new Map()),
  },
};

/** How the given command would be answered: which index serves it, or none. */
export function explain(context: Context, command: Doc): Doc {
  const { ns, query } = explained(context, command);
  const collection = context.access.catalog.get(ns);
  const plan: Plan = collection ? planOf(context, collection, query) : { kind: 'natural', backward: false };
  const winningPlan = query.filter.text ? textPlan() : planDoc(plan, query);
  const reply = replyDoc({
    explainVersion: '1',
    queryPlanner: { namespace: ns, winningPlan: collection ? winningPlan : { stage: 'EOF' }, rejectedPlans: [] },
  });
  if (context.args.doc.get('verbosity') === 'queryPlanner') return reply;
  let nReturned = 0;
  for (const _ of findStored(context, collection, query)) nReturned++;
  return reply.set('executionStats', replyDoc({ executionSuccess: true, nReturned }));
}

/** What the explained command would look for; of an aggregation, what its head looks for. */
function explained(context: Context, inner: Doc): { ns: string; query: Query } {
  const name = inner.keys().next().value ?? '';
  const read = (fields: readonly string[]): Args =>
    new Args(inner, name, new Set([name, ...GENERIC_FIELDS, ...fields]));
  const constantsOf = (args: Args): Constants => commandConstants(context.now, args.document('let'));
  switch (name) {
    case 'find': {
      const args = read(FIND_FIELDS);
      return { ns: `${context.database}.${args.string(name)}`, query: findQuery(args, constantsOf(args)) };
    }
    case 'aggregate': {
      const args = read(AGGREGATE_FIELDS);
      return readAggregate(context.database, args, constantsOf(args));
    }
    default:
      throw notSupported(`explain of ${name}`);
  }
}

function planDoc(plan: Plan, query: Query): Doc {
  const direction = plan.backward ? 'backward' : 'forward';
  const sorted = !query.sort || (plan.kind === 'index' && plan.sorted);
  const access =
    plan.kind === 'natural'
      ? replyDoc({ stage: 'COLLSCAN', direction })
      : replyDoc({
          stage: 'FETCH',
          inputStage: {
            stage: 'IXSCAN',
            keyPattern: plan.index.spec.get('key') ?? null,
            indexName: plan.index.name,
            isMultiKey: plan.index.multikey !== 0,
            isUnique: plan.index.unique,
            direction,
          },
        });
  return sorted ? access : replyDoc({ stage: 'SORT', inputStage: access });
}

const textPlan = (): Doc => replyDoc({ stage: 'TEXT_MATCH' });
