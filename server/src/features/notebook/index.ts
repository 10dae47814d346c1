export { mongoEntries } from './entry.mongo.ts';
export { notebookRoutes } from './entry.routes.ts';
export { entryProjection, type Edited } from './entry-projection.ts';
export { entryService, type Documents, type EntryService } from './entry.service.ts';
export { giveTitlesToDocuments, type OldDocuments } from './old-entries.ts';
