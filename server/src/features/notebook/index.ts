export { mongoEntries } from './entry.mongo.ts';
export { notebookRoutes } from './entry.routes.ts';
export { entryService, type Bodies, type EntryService } from './entry.service.ts';
