export { liveServer, type LiveServer } from './live-server.ts';
