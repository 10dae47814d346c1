import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Description, Id, Instant } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { Instrument, InstrumentState } from './instrument.ts';

/** What was done at an instrument. */
export const maintenanceWorks = ['repair', 'preventive', 'inspection', 'other'] as const;

/** One line in the past of an instrument: work that was done, or only that it went down or came back. Never changed. */
export const MaintenanceRecord = z
  .object({
    id: Id,
    instrumentId: Id,
    kind: z.enum([...maintenanceWorks, 'state']),
    /** What was done; of a state its reason, which may be empty where it is up again. */
    what: z.string(),
    /** Parts that were used. */
    parts: z.string(),
    /** When it began; null as its end while it goes on, or where it is a moment. */
    from: Instant,
    to: Instant.nullable(),
    /** The state that the instrument was put in with it; null where it stayed as it was. */
    state: InstrumentState.nullable(),
    byId: Id,
    byName: z.string(),
    createdAt: Instant,
  })
  .meta({ id: 'MaintenanceRecord' });
export type MaintenanceRecord = z.infer<typeof MaintenanceRecord>;

export const NewMaintenance = ById.extend({
  kind: z.enum(maintenanceWorks),
  what: z.string().trim().min(1, 'Say what was done.').max(2000, 'At most 2,000 characters.'),
  parts: Description.default(''),
  from: Instant,
  to: Instant.nullable().default(null),
  /** What the instrument is from now on; null: as before. */
  state: InstrumentState.nullable().default(null),
}).refine(({ from, to }) => to === null || Date.parse(to) >= Date.parse(from), {
  path: ['to'],
  message: 'It ends after it begins.',
});
export type NewMaintenance = z.infer<typeof NewMaintenance>;

export const maintenanceEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/instruments/:id/maintenance',
    access: 'instrument.read',
    summary: 'What was done at an instrument and the states it was in, newest first',
    input: ById.extend(pageQuery),
    output: pageOf(MaintenanceRecord),
  }),
  record: endpoint({
    method: 'post',
    path: '/api/v1/instruments/:id/maintenance',
    access: 'instrument.report',
    summary: 'Write down work at an instrument, and the state it leaves the instrument in',
    input: NewMaintenance,
    output: z.object({ record: MaintenanceRecord, instrument: Instrument }),
    status: 201,
  }),
};
