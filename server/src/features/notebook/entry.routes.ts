import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { EntryService } from './entry.service.ts';

export function notebookRoutes(entries: EntryService): Router {
  const router = Router();
  bind(router, notebookEndpoints.list, entries.list);
  bind(router, notebookEndpoints.inUse, entries.inUse);
  bind(router, notebookEndpoints.get, entries.get);
  bind(router, notebookEndpoints.create, entries.create);
  bind(router, notebookEndpoints.rename, entries.rename);
  bind(router, notebookEndpoints.remove, entries.remove);
  bind(router, notebookEndpoints.restore, entries.restore);
  bind(router, notebookEndpoints.markdown, entries.markdown);
  return router;
}
