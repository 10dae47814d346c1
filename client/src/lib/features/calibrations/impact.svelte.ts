import { calibrationEndpoints, type CalibrationImpact } from '@cobench/shared/calibrations/endpoints';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

/** The runs that a certificate puts in doubt, and the time that is. */
export class Impact {
  readonly list: PagedList<CalibrationImpact['items'][number]>;
  doubt = $state.raw<CalibrationImpact['doubt']>(null);

  constructor(id: string) {
    this.list = new PagedList(async (cursor) => {
      const page = await call(calibrationEndpoints.impact, { id, cursor });
      this.doubt = page.doubt;
      return page;
    });
  }
}
