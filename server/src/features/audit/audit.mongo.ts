import { Schema, type Connection, type QueryFilter } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/connect.ts';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import { findPage } from '../../platform/mongo/page.ts';
import { inTransaction } from '../../platform/mongo/transaction.ts';
import { newId } from '../../platform/new-id.ts';
import type { AuditFilter, AuditRepo } from './audit.repo.ts';
import { noEntries, type ChainEntry, type ChainHead } from './chain.ts';

type Row = ChainEntry & { _id: string };

const text = { type: String, default: '' };
const schema = new Schema<Row>(
  {
    _id: { type: String, required: true },
    seq: { type: Number, required: true },
    at: { type: Date, required: true },
    by: { kind: { type: String, required: true }, id: text, name: text, through: text },
    action: { type: String, required: true },
    outcome: { type: String, required: true },
    record: { kind: text, id: text, name: text },
    reason: text,
    before: { type: String, default: null },
    after: { type: String, default: null },
    hash: { type: String, required: true },
  },
  { collection: 'audit', versionKey: false, strict: 'throw', minimize: false },
);
schema.plugin(orgScoped);
// Also the lock between processes: of two that follow the same head, one is refused.
schema.index({ orgId: 1, seq: 1 }, { unique: true });
schema.index({ orgId: 1, 'by.id': 1, seq: -1 });
schema.index({ orgId: 1, 'record.id': 1, seq: -1 });
schema.index({ orgId: 1, 'record.kind': 1, seq: -1 });
schema.index({ orgId: 1, action: 1, seq: -1 });

export function mongoAudit(connection: Connection): AuditRepo {
  const model = connection.model<Row>('Audit', schema);

  return {
    async head(orgId) {
      const fields = { seq: 1, at: 1, hash: 1 } as const;
      return (await model.findOne({ orgId }, fields).sort({ seq: -1 }).lean<ChainHead>()) ?? noEntries;
    },
    async hashAt(orgId, seq) {
      return (await model.findOne({ orgId, seq }, { hash: 1 }).lean<{ hash: string }>())?.hash ?? null;
    },
    async append(entries) {
      try {
        await model.insertMany(
          entries.map((entry) => ({ ...entry, _id: newId() })),
          { lean: true },
        );
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    async list(orgId, { limit, cursor, ...filter }) {
      const order = { by: 'seq', descending: true } as const;
      const page = await findPage(model, queryOf(orgId, filter), order, { limit, cursor });
      return { ...page, items: page.items.map(toEntry) };
    },
    async *each(orgId, filter) {
      const rows = model.find(queryOf(orgId, filter)).sort({ seq: 1 }).lean<Row>();
      for await (const row of rows.cursor({ batchSize: 500 })) yield toEntry(row);
    },
    chains: async () => (await model.distinct('orgId', { orgId: everyOrganisation })).toSorted(),
    together: (work) => inTransaction(connection, work),
  };
}

function queryOf(orgId: string, { person, kind, action, outcome, record, from, until }: AuditFilter): QueryFilter<Row> {
  const at = { ...(from && { $gte: new Date(from) }), ...(until && { $lt: new Date(until) }) };
  return {
    orgId,
    ...(person && { 'by.id': person }),
    ...(kind && { 'record.kind': kind }),
    ...(action && { action }),
    ...(outcome && { outcome }),
    ...(record && { 'record.id': record }),
    ...((from ?? until) && { at }),
  };
}

function toEntry({ _id, ...entry }: Row): ChainEntry {
  return entry;
}
