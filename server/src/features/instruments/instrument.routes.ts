import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { maintenanceEndpoints } from '@cobench/shared/instruments/maintenance';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { InstrumentService } from './instrument.service.ts';
import type { MaintenanceService } from './maintenance.service.ts';

type Services = { instruments: InstrumentService; maintenance: MaintenanceService };

export function instrumentRoutes({ instruments, maintenance }: Services): Router {
  const router = Router();
  bind(router, instrumentEndpoints.list, instruments.list);
  bind(router, instrumentEndpoints.get, instruments.getAny);
  bind(router, instrumentEndpoints.create, instruments.create);
  bind(router, instrumentEndpoints.edit, instruments.edit);
  bind(router, instrumentEndpoints.setState, maintenance.setState);
  bind(router, instrumentEndpoints.archive, instruments.archive);
  bind(router, instrumentEndpoints.restore, instruments.restore);
  bind(router, maintenanceEndpoints.list, maintenance.list);
  bind(router, maintenanceEndpoints.record, maintenance.record);
  return router;
}
