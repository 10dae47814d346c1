export { mongoRunLog } from './run-log.mongo.ts';
export { mongoRuns } from './run.mongo.ts';
export { runRoutes } from './run.routes.ts';
export { runService, type RunService } from './run.service.ts';
