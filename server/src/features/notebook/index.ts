export { mongoEntries } from './entry.mongo.ts';
export { notebookRoutes } from './entry.routes.ts';
export { entryService, type Documents, type Edited, type EntryService } from './entry.service.ts';
export { giveTitlesToDocuments, type OldDocuments } from './old-entries.ts';
