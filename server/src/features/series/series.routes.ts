import { alertEndpoints } from '@cobench/shared/series/alert';
import { seriesEndpoints } from '@cobench/shared/series/series';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { AlertService } from './alert.service.ts';
import type { SeriesService } from './series.service.ts';

export function seriesRoutes({ series, alerts }: { series: SeriesService; alerts: AlertService }): Router {
  const router = Router();
  bind(router, seriesEndpoints.list, series.list);
  bind(router, seriesEndpoints.get, series.get);
  bind(router, seriesEndpoints.create, series.create);
  bind(router, seriesEndpoints.points, series.points);
  bind(router, alertEndpoints.list, alerts.list);
  bind(router, alertEndpoints.acknowledge, alerts.acknowledge);
  return router;
}
