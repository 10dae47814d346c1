import { mostActs, type Alert, type AlertAct } from '@cobench/shared/alerts/alert';
import { Schema, type ClientSession, type Connection, type Model, type QueryFilter } from 'mongoose';
import { orgScoped } from '../../platform/mongo/org-scope.ts';

export type AlertRow = Omit<Alert, 'id' | 'openedAt' | 'lastAt'> & {
  _id: string;
  orgId: string;
  openedAt: Date;
  lastAt: Date;
  projectHidden: boolean;
  /** When it wakes up by the clock, and at which point of its series; null where it does not. */
  wakeAt: Date | null;
  wakeIndex: number | null;
  /** Since when nobody has acknowledged it, and when somebody else may have to be told; null where nobody has to. */
  unseenSince: Date;
  escalateAt: Date | null;
};

const needed = <T>(type: T) => ({ type, required: true }) as const;
const mixed = Schema.Types.Mixed;
const orNothing = { type: mixed, default: null };
const list = { type: mixed, default: [] };
const count = { type: Number, default: 0 } as const;
const orNoDate = { type: Date, default: null };
const schema = new Schema<AlertRow>(
  {
    _id: needed(String),
    seriesId: needed(String),
    seriesName: needed(String),
    projectId: needed(String),
    instrumentId: { type: String, default: null },
    unit: { type: String, default: '' },
    rule: needed(String),
    ruleTitle: needed(String),
    side: { type: String, default: null },
    phaseStart: needed(Number),
    limitsVersion: needed(Number),
    firstIndex: needed(Number),
    lastIndex: needed(Number),
    signals: needed(Number),
    value: { type: Number, default: null },
    limits: needed(mixed),
    runId: { type: String, default: null },
    runName: { type: String, default: '' },
    openedAt: needed(Date),
    lastAt: needed(Date),
    state: needed(String),
    acknowledgements: list,
    action: orNothing,
    closed: orNothing,
    snoozed: orNothing,
    reopenings: count,
    escalation: count,
    escalatedAt: { type: String, default: null },
    withdrawn: orNothing,
    holds: { type: Boolean, default: false },
    acts: list,
    revision: count,
    version: count,
    projectHidden: { type: Boolean, default: false },
    wakeAt: orNoDate,
    wakeIndex: { type: Number, default: null },
    unseenSince: needed(Date),
    escalateAt: orNoDate,
  },
  { collection: 'alerts', versionKey: false, strict: 'throw' },
);
schema.plugin(orgScoped);
schema.index({ orgId: 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, state: 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, seriesId: 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, runId: 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, instrumentId: 1, holds: 1 });
schema.index({ orgId: 1, 'action.ownerId': 1, openedAt: -1, _id: -1 });
schema.index({ orgId: 1, projectId: 1, projectHidden: 1 });
schema.index({ wakeAt: 1 });
schema.index({ wakeIndex: 1 });
schema.index({ orgId: 1, wakeIndex: 1 });
schema.index({ escalateAt: 1 });

/** What is not closed and was not withdrawn. */
export const alive = { state: { $ne: 'closed' }, withdrawn: null } as const;
export const visible = { projectHidden: false } as const;
/** What lets it ask for attention again. */
export const awake = { snoozed: null, wakeAt: null, wakeIndex: null } as const;

export const alertModel = (connection: Connection): Model<AlertRow> => connection.model<AlertRow>('Alert', schema);

type Change = {
  set?: object;
  push?: object;
  /** Counts up. */
  inc?: object;
  act?: AlertAct;
  /** Whether people who saw it before see something else now. */
  revises?: boolean;
};

/** One change of one alert; null where the filter, what the change depends on, does not hold any more. */
export function alertChanges(model: Model<AlertRow>) {
  return async (
    filter: QueryFilter<AlertRow>,
    { set, push, inc, act, revises }: Change,
    session?: ClientSession,
  ): Promise<Alert | null> => {
    const pushed = { ...push, ...(act && { acts: { $each: [act], $slice: -mostActs } }) };
    const row = await model.findOneAndUpdate(
      filter,
      {
        ...(set && { $set: set }),
        ...(Object.keys(pushed).length > 0 && { $push: pushed }),
        $inc: { version: 1, ...(revises && { revision: 1 }), ...inc },
      },
      { returnDocument: 'after', lean: true, ...(session && { session }) },
    );
    return row && toRecord(row);
  };
}

/** What alerts had not from the beginning on. */
const younger = {
  ruleTitle: '',
  instrumentId: null,
  phaseStart: 0,
  limitsVersion: 1,
  acknowledgements: [],
  action: null,
  closed: null,
  snoozed: null,
  reopenings: 0,
  escalation: 0,
  escalatedAt: null,
  withdrawn: null,
  holds: false,
  acts: [],
  revision: 0,
  version: 0,
};

export function toRecord(row: AlertRow): Alert {
  const { _id: id, orgId: _org, projectHidden: _hidden, ...rest } = { ...younger, ...row };
  const { wakeAt: _wake, wakeIndex: _index, unseenSince: _unseen, escalateAt: _escalate, ...alert } = rest;
  return { ...alert, id, openedAt: alert.openedAt.toISOString(), lastAt: alert.lastAt.toISOString() };
}
