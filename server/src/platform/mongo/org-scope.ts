import type { Aggregate, Query, Schema } from 'mongoose';

/**
 * For the few queries that are about the whole store (start-up, demo, retention): `{ orgId: everyOrganisation }`
 * says so in the query itself.
 */
export const everyOrganisation = { $exists: true } as const;

/**
 * THE place where organisations are kept apart. Every record of a scoped schema belongs to one organisation for life,
 * and every query must say which; one that does not is a bug and throws before it reaches the store.
 */
export function orgScoped(schema: Schema): void {
  schema.add({ orgId: { type: String, required: true, immutable: true } });
  schema.pre(/^(find|count|delete|distinct|replace|update)/, { query: true, document: false }, function requireOrg() {
    const query = this as unknown as Query<unknown, unknown>;
    if (query.getFilter()['orgId'] == null) throw new UnscopedQuery(query.model.modelName);
  });
  schema.pre('aggregate', function requireOrg(this: Aggregate<unknown>) {
    const [first] = this.pipeline();
    const scoped = first && '$match' in first && first.$match['orgId'] != null;
    if (!scoped) throw new UnscopedQuery(this.model().modelName);
  });
}

/** A query without an organisation: a bug in a repository, never a client's fault. */
export class UnscopedQuery extends Error {
  constructor(model: string) {
    super(`A query on ${model} names no organisation.`);
    this.name = 'UnscopedQuery';
  }
}
