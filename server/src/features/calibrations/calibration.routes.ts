import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { Router } from 'express';
import { bind, bindFile, bindUpload } from '../../platform/http/bind.ts';
import type { CalibrationService } from './calibrations.ts';

export function calibrationRoutes(calibrations: CalibrationService): Router {
  const router = Router();
  bind(router, calibrationEndpoints.list, calibrations.list);
  bind(router, calibrationEndpoints.create, calibrations.create);
  bind(router, calibrationEndpoints.status, calibrations.status);
  bind(router, calibrationEndpoints.due, calibrations.due);
  bind(router, calibrationEndpoints.doubts, calibrations.doubts);
  bind(router, calibrationEndpoints.get, calibrations.get);
  bind(router, calibrationEndpoints.impact, calibrations.impact);
  bindFile(router, calibrationEndpoints.file, calibrations.file);
  bind(router, calibrationEndpoints.revoke, calibrations.revoke);
  bind(router, calibrationEndpoints.expire, calibrations.expire);
  return router;
}

/** What takes files instead of JSON; it is mounted before what reads JSON. */
export function calibrationUploads(calibrations: CalibrationService): Router {
  const router = Router();
  bindUpload(router, calibrationEndpoints.attach, calibrations.attach);
  return router;
}
