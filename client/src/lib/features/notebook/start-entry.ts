import { notebookEndpoints, type Entry } from '@cobench/shared/notebook/entry';
import { call } from '#lib/api/call.ts';

/** Starts an empty entry; its title is given on its page. Rejects with `ApiError`. */
export const startEntry = (projectId: string): Promise<Entry> => call(notebookEndpoints.create, { projectId });
