export { liveServer, type LiveLoad } from './live-server.ts';
