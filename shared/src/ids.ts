import { z } from 'zod';

/** Every record is named by a UUIDv7 string: sortable by the time it was made. */
export const Id = z.uuidv7('This is not an id.');
export type Id = z.infer<typeof Id>;

/** The input of everything that acts on one record. */
export const ById = z.strictObject({ id: Id });

/** Server time, ISO 8601 UTC. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

/** Optimistic concurrency: a write carries the version it saw. */
export const Version = z.int().min(0);

/** A name that people give to something. */
export const Name = z.string().trim().min(1, 'A name is needed.').max(120, 'At most 120 characters.');

/** A longer remark; may be empty. */
export const Description = z.string().trim().max(2000, 'At most 2,000 characters.');
