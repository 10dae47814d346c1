import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { RunService } from './run.service.ts';

export function runRoutes(runs: RunService): Router {
  const router = Router();
  bind(router, runEndpoints.list, runs.list);
  bind(router, runEndpoints.get, runs.get);
  bind(router, runEndpoints.create, runs.create);
  bind(router, runEndpoints.start, runs.start);
  bind(router, runEndpoints.finish, runs.finish);
  bind(router, runEndpoints.cancel, runs.cancel);
  bind(router, runEndpoints.record, runs.record);
  bind(router, runEndpoints.events, runs.events);
  bind(router, runEndpoints.telemetry, runs.telemetry);
  return router;
}
