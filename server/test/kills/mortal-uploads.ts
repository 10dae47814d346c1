// A process of the product that a test arms: it ends itself by SIGKILL at the n-th step from then on. A step is every call
// of the file store and every write of uploads into the database, once before it is made and once after. `npm test` starts it.
import { writeFileSync } from 'node:fs';
import mongoose from 'mongoose';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { listen } from '../../src/platform/http/listen.ts';
import { createLog } from '../../src/platform/log.ts';
import type { ObjectStore } from '../../src/platform/storage/object-store.ts';
import { openStore } from '../../src/platform/storage/open-store.ts';

/** Told by the test: at which step to die, and the file to leave a note in at what: a message would not get out any more. */
export type Arm = { dieAt: number; note: string } | null;
/** Told to the test after each step. */
export type Step = { step: number; what: string };

let armed: Arm = null;
let steps = 0;

process.on('message', ({ arm }: { arm: Arm }) => {
  armed = arm;
  steps = 0;
  process.send?.({ step: 0, what: 'armed' } satisfies Step);
});
process.on('disconnect', () => process.exit(0));

function step(what: string): void {
  if (armed === null) return;
  steps++;
  if (steps === armed.dieAt) {
    writeFileSync(armed.note, what);
    process.kill(process.pid, 'SIGKILL');
  }
  process.send?.({ step: steps, what } satisfies Step);
}

function stepping(store: ObjectStore): ObjectStore {
  const through = async <T>(call: string, work: () => Promise<T>): Promise<T> => {
    step(`before ${call}`);
    const result = await work();
    step(`after ${call}`);
    return result;
  };
  return {
    put: (key, bytes) => through('put', () => store.put(key, bytes)),
    startParts: (key) => through('startParts', () => store.startParts(key)),
    putPart: (upload, part) => through('putPart', () => store.putPart(upload, part)),
    completeParts: (upload, receipts) => through('completeParts', () => store.completeParts(upload, receipts)),
    abandonParts: (upload) => through('abandonParts', () => store.abandonParts(upload)),
    read: (key, range) => through('read', () => store.read(key, range)),
    remove: (key) => through('remove', () => store.remove(key)),
    sizeOf: store.sizeOf,
    list: store.list,
    openParts: store.openParts,
    linkTo: store.linkTo,
    close: store.close,
  };
}

const writes = new Set(['insert', 'update', 'delete', 'findAndModify', 'commitTransaction']);

mongoose.set('strictQuery', 'throw');
mongoose.set('transactionAsyncLocalStorage', true);
const config = readConfig(process.env);
const listening = await listen(config);
const connection = await mongoose
  .createConnection(String(config.mongodbUrl), {
    writeConcern: { w: 'majority', journal: true },
    autoIndex: false,
    monitorCommands: true,
  })
  .asPromise();
const client = connection.getClient();
/** Others write in between, whenever it is their time. */
const ofUploads = /^(?:file|audit)/;
const started = new Map<number, string>();
client.on('commandStarted', ({ commandName, command, requestId }) => {
  if (!writes.has(commandName)) return;
  const collection = String(command[commandName]);
  if (commandName !== 'commitTransaction' && !ofUploads.test(collection)) return;
  const what = commandName === 'commitTransaction' ? commandName : `${commandName} of ${collection}`;
  started.set(requestId, what);
  step(`before ${what}`);
});
client.on('commandSucceeded', ({ requestId }) => {
  const what = started.get(requestId);
  started.delete(requestId);
  if (what !== undefined) step(`after ${what}`);
});
client.on('commandFailed', ({ requestId }) => void started.delete(requestId));
const objects = stepping(await openStore(config.storage));
await startApp({ config, listening, connection, log: createLog('silent'), clock: systemClock, demo: false, objects });
