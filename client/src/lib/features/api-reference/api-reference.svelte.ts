import type { Problem } from '@cobench/shared/errors';
import { problemOf } from '#lib/api/problem.ts';
import { request, understood } from '#lib/api/request.ts';
import { groupsOf, OpenApi } from './openapi.ts';

type Loaded = { state: 'loading' } | { state: 'ready'; document: OpenApi } | { state: 'failed'; problem: Problem };

/** The machine-readable description of the API, where every other tool finds it, too. */
export const openApiPath = '/api/openapi.json';

/** The API reference, read from the server that answers it. */
export class ApiReference {
  now = $state.raw<Loaded>({ state: 'loading' });
  readonly groups = $derived.by(() => (this.now.state === 'ready' ? groupsOf(this.now.document) : []));
  readonly schemas = $derived.by(() => (this.now.state === 'ready' ? this.now.document.components.schemas : {}));

  async load(): Promise<void> {
    this.now = { state: 'loading' };
    try {
      const document = understood((answer) => OpenApi.parse(answer), await request(openApiPath));
      this.now = { state: 'ready', document };
    } catch (error) {
      this.now = { state: 'failed', problem: problemOf(error) };
    }
  }
}
