export { limitedIngest, type IngestRates } from './ingest-limits.ts';
export { pointRetention } from './retention.ts';
export { mongoRunLog } from './run-log.mongo.ts';
export { mongoRuns } from './run.mongo.ts';
export { runRoutes } from './run.routes.ts';
export { runService, type RunService } from './run.service.ts';
export { mongoTelemetry } from './telemetry.mongo.ts';
