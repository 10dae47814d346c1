import { Id } from '@cobench/shared/ids';
import { z } from 'zod';
import type { CollabDocument, Person } from './collab/peer.ts';

/** Whose rights may have changed. Processes tell each other, as JSON. */
export const Concern = z.union([
  z.strictObject({ sessionIds: z.array(z.string()) }),
  z.strictObject({ orgId: z.string(), personId: z.string() }),
  z.strictObject({ orgId: z.string(), documentId: Id }),
  z.strictObject({ orgId: z.string() }),
]);
export type Concern = z.infer<typeof Concern>;

/** Whether somebody on a document is concerned. */
export function concerns(concern: Concern): (socket: { person: Person; document: CollabDocument }) => boolean {
  if ('sessionIds' in concern) {
    const ended = new Set(concern.sessionIds);
    return ({ person }) => ended.has(person.sessionId);
  }
  if ('personId' in concern) {
    return ({ person }) => person.orgId === concern.orgId && person.id === concern.personId;
  }
  if ('documentId' in concern) {
    return ({ document }) => document.orgId === concern.orgId && document.id === concern.documentId;
  }
  return ({ document }) => document.orgId === concern.orgId;
}

export const encodeConcern = (concern: Concern): Uint8Array => Buffer.from(JSON.stringify(concern));

/** Null for what only a later version says. */
export function decodeConcern(bytes: Uint8Array): Concern | null {
  return Concern.safeParse(JSON.parse(Buffer.from(bytes).toString())).data ?? null;
}
