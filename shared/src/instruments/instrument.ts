import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { Id, Instant, Name } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';

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
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Instrument' });
export type Instrument = z.infer<typeof Instrument>;

export const instrumentEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/instruments',
    access: 'instrument.read',
    summary: 'The instruments of the organisation, by name',
    input: z.strictObject({ ...pageQuery, q: z.string().trim().max(120).optional() }),
    output: pageOf(Instrument),
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/instruments',
    access: 'instrument.create',
    summary: 'Register an instrument; its name is unique in the organisation',
    input: z.strictObject({
      name: Name,
      kind: Label.default(''),
      vendor: Label.default(''),
      model: Label.default(''),
      serial: Label.default(''),
      location: Label.default(''),
    }),
    output: Instrument,
    status: 201,
  }),
};
