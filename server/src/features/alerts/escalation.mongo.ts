import { Schema, type Connection } from 'mongoose';
import { everyOrganisation, orgScoped } from '../../platform/mongo/org-scope.ts';
import type { EscalationMail, EscalationMails } from './escalation.repo.ts';

type Row = EscalationMail & { _id: string; nextTryAt: Date | null; doneAt: Date | null };

const needed = <T>(type: T) => ({ type, required: true }) as const;
const orNoDate = { type: Date, default: null };
const schema = new Schema<Row>(
  {
    _id: needed(String),
    alertId: needed(String),
    level: needed(Number),
    reopenings: needed(Number),
    told: [String],
    nextTryAt: orNoDate,
    doneAt: orNoDate,
  },
  { collection: 'alertEscalations', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ nextTryAt: 1 });

export function mongoEscalationMails(connection: Connection): EscalationMails {
  const model = connection.model<Row>('AlertEscalation', schema);
  const idOf = ({ alertId, level, reopenings }: Omit<EscalationMail, 'told'>) => `${alertId}:${reopenings}:${level}`;

  return {
    async add({ orgId, ...mail }, now) {
      const row = { ...mail, told: [], nextTryAt: now, doneAt: null };
      await model.updateOne({ orgId, _id: idOf({ orgId, ...mail }) }, { $setOnInsert: row }, { upsert: true });
    },
    take: (now, until) =>
      model.findOneAndUpdate(
        { orgId: everyOrganisation, nextTryAt: { $lte: now } },
        { $set: { nextTryAt: until } },
        { lean: true, sort: { nextTryAt: 1 } },
      ),
    async told(mail, personId) {
      await model.updateOne({ orgId: mail.orgId, _id: idOf(mail) }, { $addToSet: { told: personId } });
    },
    async done(mail, at) {
      await model.updateOne({ orgId: mail.orgId, _id: idOf(mail) }, { $set: { nextTryAt: null, doneAt: at } });
    },
  };
}
