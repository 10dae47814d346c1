import * as Y from 'yjs';
import { ownerIn, type Part } from './log.ts';

/** Whose structs an update has. */
export const clientsIn = (update: Uint8Array): number[] => [...Y.parseUpdateMeta(update).to.keys()];

/** Notes whose the client ids of a part are: whoever wrote first under one has it. */
export function bindOwners(owners: Map<number, string>, part: Pick<Part, 'personId' | 'update'>): void {
  const owner = ownerIn(part);
  if (owner === undefined) return;
  for (const client of clientsIn(part.update)) if (!owners.has(client)) owners.set(client, owner);
}
