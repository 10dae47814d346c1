import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { InstrumentService } from './instrument.service.ts';

export function instrumentRoutes(instruments: InstrumentService): Router {
  const router = Router();
  bind(router, instrumentEndpoints.list, instruments.list);
  bind(router, instrumentEndpoints.create, instruments.create);
  return router;
}
