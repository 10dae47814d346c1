export { liveServer } from './live-server.ts';
