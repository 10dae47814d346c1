export { seriesRoutes } from './series.routes.ts';
export { seriesService, type SeriesService } from './series.service.ts';
export { mongoSpc } from './spc.mongo.ts';
