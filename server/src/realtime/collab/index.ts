export { collabServer, type CollabServer } from './collab-server.ts';
export type { Access, AskAccess } from './lease.ts';
export { mongoDocumentLog } from './log.mongo.ts';
export type { CollabDocument, Person } from './peer.ts';
export type { Project, Projection } from './projector.ts';
