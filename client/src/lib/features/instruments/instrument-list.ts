import { instrumentEndpoints, type Instrument } from '@cobench/shared/instruments/instrument';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

/** The instruments of the organisation by name. `search` is read reactively. */
export const instrumentList = (search: () => string): PagedList<Instrument> =>
  new PagedList((cursor) => call(instrumentEndpoints.list, { cursor, q: search() || undefined }));
