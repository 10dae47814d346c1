import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { AlertReasons } from './alert-why.ts';
import type { AlertService } from './alert.service.ts';

export function alertRoutes(alerts: AlertService, reasons: AlertReasons): Router {
  const router = Router();
  bind(router, alertEndpoints.list, alerts.list);
  bind(router, alertEndpoints.get, alerts.get);
  bind(router, alertEndpoints.why, reasons.why);
  bind(router, alertEndpoints.acknowledge, alerts.acknowledge);
  bind(router, alertEndpoints.act, alerts.act);
  bind(router, alertEndpoints.step, alerts.step);
  bind(router, alertEndpoints.close, alerts.close);
  bind(router, alertEndpoints.reopen, alerts.reopen);
  bind(router, alertEndpoints.snooze, alerts.snooze);
  bind(router, alertEndpoints.wake, alerts.wake);
  return router;
}
