import { connectMongo, createIndexes } from '../../src/platform/mongo/connect.ts';
import { mongoDocumentLog } from '../../src/realtime/collab/log.mongo.ts';
import { startCollab } from './collab-house.ts';

/** The collaboration server as a process of its own, to be killed: `collab-process.ts <mongodb url> <port>`. */
const [url, port] = process.argv.slice(2);
const connection = await connectMongo(String(url));
const log = mongoDocumentLog(connection);
await createIndexes(connection);
await startCollab({ log, port: Number(port) });
process.send?.('listening');
