import { notebookEndpoints, type PropertiesInUse } from '@cobench/shared/notebook/entry';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';

/** Tags and fields that other entries have, to be suggested; most used first. */
export class UsedProperties {
  found = $state.raw<PropertiesInUse>({ tags: [], fields: [] });

  /** Reads them again. They are a help: where they cannot be had, one types. */
  async load(): Promise<void> {
    try {
      this.found = await call(notebookEndpoints.inUse, {});
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
