export type { DocumentHistory, PastState, PastStint, PastVersion } from './document-history.ts';
export { historyRoutes } from './history.routes.ts';
export { historyService, type HistoryService } from './history.service.ts';
export { mongoVersionNames } from './version-name.mongo.ts';
