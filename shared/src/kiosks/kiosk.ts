import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Id, Instant, Name } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';

/** The most projects a kiosk link may name; where more are to be seen, it shows all that are for everybody. */
export const mostKioskProjects = 50;

/** A link that an administrator makes for a screen on a wall. Its secret is told once. */
export const Kiosk = z
  .object({
    id: Id,
    name: z.string(),
    /** The projects it shows; null for all that are for everybody. */
    projectIds: z.array(Id).nullable(),
    createdAt: Instant,
    createdByName: z.string(),
    /** Null: until somebody takes it back. */
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
  })
  .meta({ id: 'Kiosk' });
export type Kiosk = z.infer<typeof Kiosk>;

/** A link in the list of administrators. */
export const KnownKiosk = Kiosk.extend({
  /** How many screens were heard of within the last minutes, and when one was heard of last. */
  screens: z.int(),
  lastSeenAt: Instant.nullable(),
}).meta({ id: 'KnownKiosk' });
export type KnownKiosk = z.infer<typeof KnownKiosk>;

export const kioskEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/kiosks',
    access: 'kiosk.manage',
    summary: 'The kiosk links of the organisation, newest first',
    input: z.strictObject({ ...pageQuery }),
    output: pageOf(KnownKiosk),
  }),
  create: endpoint({
    method: 'post',
    path: '/api/v1/kiosks',
    access: 'kiosk.manage',
    summary: 'Make a kiosk link for a screen on a wall; its secret is in this answer only',
    input: z.strictObject({
      name: Name,
      /** Null: all projects that are for everybody. A restricted one is shown where it is named. */
      projectIds: z
        .array(Id)
        .min(1, 'Choose at least one project.')
        .max(mostKioskProjects, `At most ${mostKioskProjects} projects.`)
        .nullable()
        .default(null),
      /** Null: until it is taken back. */
      expiresInDays: z.int().min(1).max(3650).nullable().default(null),
    }),
    output: Kiosk.extend({ secret: z.string() }),
    status: 201,
  }),
  revoke: endpoint({
    method: 'post',
    path: '/api/v1/kiosks/:id/revoke',
    access: 'kiosk.manage',
    summary: 'Take a kiosk link back: its screens show nothing any more, at once',
    input: ById,
    output: Kiosk,
  }),
};
