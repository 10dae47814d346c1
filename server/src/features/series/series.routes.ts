import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { SeriesService } from './series.service.ts';

export function seriesRoutes(series: SeriesService): Router {
  const router = Router();
  bind(router, seriesEndpoints.list, series.list);
  bind(router, seriesEndpoints.get, series.get);
  bind(router, seriesEndpoints.create, series.create);
  bind(router, seriesEndpoints.edit, series.edit);
  bind(router, seriesEndpoints.points, series.points);
  bind(router, seriesEndpoints.addPoints, series.addPoints);
  bind(router, seriesEndpoints.revise, series.revise);
  bind(router, seriesEndpoints.preview, series.preview);
  bind(router, seriesEndpoints.limits, series.limits);
  return router;
}
