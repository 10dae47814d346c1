import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { untitled } from '@cobench/shared/notebook/properties';
import type { DocumentKind } from '@cobench/shared/realtime/collab';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { Action } from '@cobench/shared/access/permissions';
import { call } from '#lib/api/call.ts';
import { paths } from '#lib/shell/paths.ts';

export type DocumentRef = { readonly kind: DocumentKind; readonly id: string };

/** What an entry or a run is called. Rejects with `ApiError`. */
export async function nameOf({ kind, id }: DocumentRef): Promise<string> {
  if (kind === 'run') return (await call(runEndpoints.get, { id })).name;
  return (await call(notebookEndpoints.get, { id })).title || untitled;
}

/** Where the document is written, and what one needs to change it. */
export const homeOf = ({ kind, id }: DocumentRef): string => (kind === 'run' ? paths.run(id) : paths.entry(id));
export const writeAction = { entry: 'entry.edit', run: 'run.note' } as const satisfies Record<DocumentKind, Action>;
