import { z } from 'zod';
import { Id } from '../ids.ts';

/** A person by the name they have now; also one who has left. */
export const PersonRef = z.object({ id: Id, name: z.string() }).meta({ id: 'PersonRef' });
export type PersonRef = z.infer<typeof PersonRef>;
