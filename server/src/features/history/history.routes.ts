import { historyEndpoints } from '@cobench/shared/history/history';
import { documentKinds } from '@cobench/shared/realtime/collab';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { HistoryService } from './history.service.ts';

/** The history of each kind of document, under the address of the record that owns it. */
export function historyRoutes(histories: HistoryService): Router {
  const router = Router();
  for (const kind of documentKinds) {
    const [endpoints, history] = [historyEndpoints[kind], histories[kind]];
    bind(router, endpoints.versions, history.versions);
    bind(router, endpoints.nameVersion, history.nameVersion);
    bind(router, endpoints.renameVersion, history.renameVersion);
    bind(router, endpoints.state, history.state);
    bind(router, endpoints.restore, history.restore);
    bind(router, endpoints.changes, history.changes);
    bind(router, endpoints.activity, history.activity);
  }
  return router;
}
