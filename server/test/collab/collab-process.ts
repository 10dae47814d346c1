import { systemClock } from '../../src/platform/clock.ts';
import { createLog } from '../../src/platform/log.ts';
import { connectMongo, createIndexes } from '../../src/platform/mongo/connect.ts';
import { redisFanOut } from '../../src/realtime/collab/fan-out.redis.ts';
import { mongoDocumentLog } from '../../src/realtime/collab/log.mongo.ts';
import { startCollab } from './collab-house.ts';

/**
 * The collaboration server as a process of its own, to be killed: `collab-process.ts <mongodb url> <port> [<redis url>]`.
 * Vic may only read.
 */
const [url, port, redisUrl] = process.argv.slice(2);
const connection = await connectMongo(String(url));
const log = mongoDocumentLog(connection);
await createIndexes(connection);
const parts = { clock: systemClock, log: createLog('silent') };
const fanOut = redisUrl === undefined ? null : await redisFanOut(redisUrl, parts);
const { access } = await startCollab({ log, port: Number(port), fanOut });
access.set('vic', 'read');
process.send?.('listening');
