import { MAX_MESSAGE_BYTES } from '../wire/message.ts';
import { replyDoc } from './args.ts';
import type { Command, Commands, Context } from './command.ts';
import { MAX_DOCUMENT_BYTES } from './documents.ts';

const VERSION = [7, 0, 0] as const;
/** The wire version of MongoDB 7.0. */
const WIRE_VERSION = 21;
const MAX_BATCH = 100_000;
const SET = 'rs0';

const hello = (primary: 'isWritablePrimary' | 'ismaster'): Command => ({
  fields: 'any', // what a client says about itself grows from version to version
  run: ({ address, connectionId, now }) =>
    replyDoc({
      helloOk: true,
      [primary]: true,
      secondary: false,
      setName: SET,
      setVersion: 1,
      hosts: [address],
      primary: address,
      me: address,
      maxBsonObjectSize: MAX_DOCUMENT_BYTES,
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      maxWriteBatchSize: MAX_BATCH,
      localTime: now,
      logicalSessionTimeoutMinutes: 30,
      connectionId,
      minWireVersion: 0,
      maxWireVersion: WIRE_VERSION,
      readOnly: false,
    }),
});

const answers = (fields: readonly string[], reply: (context: Context) => Parameters<typeof replyDoc>[0]): Command => ({
  fields,
  run: (context) => replyDoc(reply(context)),
});

const buildInfo = answers([], () => ({
  version: VERSION.join('.'),
  versionArray: [...VERSION, 0],
  gitVersion: 'embedded-mongo',
  modules: [],
  bits: 64,
  debug: false,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
}));

export const serverCommands: Commands = {
  hello: hello('isWritablePrimary'),
  isMaster: hello('ismaster'),
  ismaster: hello('ismaster'),
  ping: answers([], () => ({})),
  buildInfo,
  buildinfo: buildInfo, // as the driver's `admin().buildInfo()` spells it
  serverStatus: answers([], ({ address, startedAt, now }) => ({
    host: address,
    version: VERSION.join('.'),
    process: 'embedded-mongo',
    pid: process.pid,
    uptime: Math.floor((now.getTime() - startedAt) / 1000),
    localTime: now,
    mem: { bits: 64, resident: Math.round(process.memoryUsage.rss() / 2 ** 20) },
  })),
};
