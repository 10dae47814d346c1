import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Name, Version } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';

/** Whether a tool can be used, as people say it: out of order, or being worked on. */
export const instrumentStates = ['up', 'down', 'maintenance'] as const;
export const InstrumentState = z.enum(instrumentStates).meta({ id: 'InstrumentState' });
export type InstrumentState = z.infer<typeof InstrumentState>;

const Label = z.string().trim().max(120, 'At most 120 characters.');

export const Instrument = z
  .object({
    id: Id,
    name: z.string(),
    kind: z.string(),
    vendor: z.string(),
    model: z.string(),
    serial: z.string(),
    location: z.string(),
    /** Who looks after it; null where nobody is named. */
    ownerId: Id.nullable(),
    ownerName: z.string().nullable(),
    state: InstrumentState,
    /** Why it is in that state; empty while it is up. */
    stateReason: z.string(),
    stateSince: Instant,
    /** Whether it may be used only with a valid calibration. */
    calibrationRequired: z.boolean(),
    /** Since when it is out of the registry: nothing is run on it or booked, and its past stays; null while it is in use. */
    archivedAt: Instant.nullable(),
    version: Version,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Instrument' });
export type Instrument = z.infer<typeof Instrument>;

export const NewInstrument = z.strictObject({
  name: Name,
  kind: Label.default(''),
  vendor: Label.default(''),
  model: Label.default(''),
  serial: Label.default(''),
  location: Label.default(''),
  ownerId: Id.nullable().default(null),
  calibrationRequired: z.boolean().default(true),
});
export type NewInstrument = z.infer<typeof NewInstrument>;

/** What of an instrument people write; what is left out stays. */
const InstrumentEdit = ById.extend({
  version: Version,
  name: Name.optional(),
  kind: Label.optional(),
  vendor: Label.optional(),
  model: Label.optional(),
  serial: Label.optional(),
  location: Label.optional(),
  ownerId: Id.nullable().optional(),
  calibrationRequired: z.boolean().optional(),
});
export type InstrumentEdit = z.infer<typeof InstrumentEdit>;

/** What a tool is said to be now. A reason is asked for unless it is up again. */
const StateReport = ById.extend({
  state: InstrumentState,
  reason: z.string().trim().max(500, 'At most 500 characters.').default(''),
}).refine(({ state, reason }) => state === 'up' || reason !== '', {
  path: ['reason'],
  message: 'Say why, so that others know what to expect.',
});

export const instrumentEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/instruments',
    access: 'instrument.read',
    summary: 'The instruments of the organisation, by name; those in use, or the archived ones',
    input: z.strictObject({
      ...pageQuery,
      q: z.string().trim().max(120).optional(),
      state: InstrumentState.optional(),
      show: z.enum(['in-use', 'archived']).default('in-use'),
    }),
    output: pageOf(Instrument),
  }),
  get: endpoint({
    method: 'get',
    path: '/api/v1/instruments/:id',
    access: 'instrument.read',
    summary: 'One instrument, also an archived one',
    input: ById,
    output: Instrument,
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/instruments',
    access: 'instrument.create',
    summary: 'Register an instrument; its name is unique in the organisation',
    input: NewInstrument,
    output: Instrument,
    status: 201,
  }),
  edit: endpoint({
    method: 'patch',
    path: '/api/v1/instruments/:id',
    access: 'instrument.edit',
    summary: 'Change what is known of an instrument; its owner is a member of the organisation',
    input: InstrumentEdit,
    output: Instrument,
  }),
  setState: endpoint({
    method: 'post',
    path: '/api/v1/instruments/:id/state',
    access: 'instrument.report',
    summary: 'Say that an instrument is up, down or in maintenance, and why',
    input: StateReport,
    output: Instrument,
  }),
  archive: endpoint({
    method: 'delete',
    path: '/api/v1/instruments/:id',
    access: 'instrument.archive',
    summary: 'Take an instrument out of the registry; it can be restored, and its name is free until then',
    input: ById,
    output: Instrument,
  }),
  restore: endpoint({
    method: 'post',
    path: '/api/v1/instruments/:id/restore',
    access: 'instrument.archive',
    summary: 'Put an archived instrument back into the registry',
    input: ById,
    output: Instrument,
  }),
};
