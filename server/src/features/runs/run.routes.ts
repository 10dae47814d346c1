import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { Router } from 'express';
import { bind, bindFile } from '../../platform/http/bind.ts';
import type { RunService } from './run.service.ts';

export function runRoutes(runs: RunService): Router {
  const router = Router();
  bind(router, runEndpoints.list, runs.list);
  bind(router, runEndpoints.counts, runs.counts);
  bind(router, runEndpoints.get, runs.get);
  bind(router, runEndpoints.create, runs.create);
  bind(router, runEndpoints.edit, runs.edit);
  bind(router, runEndpoints.unblock, runs.unblock);
  bind(router, runEndpoints.override, runs.override);
  bind(router, runEndpoints.recordResult, runs.recordResult);
  bind(router, runEndpoints.start, runs.start);
  bind(router, runEndpoints.finish, runs.finish);
  bind(router, runEndpoints.cancel, runs.cancel);
  bind(router, runEndpoints.record, runs.record);
  bind(router, runEndpoints.events, runs.events);
  bind(router, runEndpoints.telemetry, runs.telemetry);
  bind(router, runEndpoints.telemetryColumns, runs.telemetryColumns);
  bind(router, runEndpoints.log, runs.log);
  bindFile(router, runEndpoints.logFile, runs.logFile);
  bindFile(router, runEndpoints.telemetryFile, runs.telemetryFile);
  return router;
}
