export { documentFromMarkdown } from './document.ts';
export { mongoEntries } from './entry.mongo.ts';
export { notebookRoutes } from './entry.routes.ts';
export { entryService, type EntryService } from './entry.service.ts';
