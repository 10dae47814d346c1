import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import net from 'node:net';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedMongo } from '../src/index.ts';
import { exchange, header, opMsg } from './raw.ts';
import { errorOf, startRunning, type Running } from './running.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running.stop());

const port = (): number => Number(new URL(running.mongo.url).port);

async function lives(): Promise<void> {
  expect((await running.db.command({ ping: 1 })).ok).toBe(1);
}

describe('what is not the protocol closes its connection and nothing else', () => {
  const section = (kind: number, length: number): Buffer => {
    const bytes = Buffer.alloc(30);
    bytes[4] = kind;
    bytes.writeInt32LE(length, 5);
    return Buffer.concat([header(46, 2013), bytes]);
  };
  it.each([
    ['noise', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a length of zero', header(0, 2013)],
    ['a negative length', header(-5, 2013)],
    ['a length of 2 GB', header(0x7fffffff, 2013)],
    ['an unknown opcode', Buffer.concat([header(30, 4242), Buffer.alloc(14)])],
    ['a compressed message', Buffer.concat([header(30, 2012), Buffer.alloc(14)])],
    ['an unknown section', section(9, 20)],
    ['a section longer than its message', section(0, 5000)],
    ['a section of negative length', section(1, -1)],
    ['a message without a body', section(1, 25)],
    ['required flags nobody knows', opMsg(serialize({ ping: 1, $db: 'test' }), 1 << 5)],
  ])('%s', async (_, bytes) => {
    expect(await exchange(running.mongo.url, bytes)).toHaveLength(0);
    await lives();
  });
});

describe('what is the protocol but no good BSON is answered with an error', () => {
  const replyOf = async (body: Uint8Array): Promise<string> =>
    (await exchange(running.mongo.url, opMsg(body))).toString('latin1');

  it('a document that nests ten thousand levels deep', async () => {
    let body = Buffer.from([5, 0, 0, 0, 0]);
    for (let level = 0; level < 10_000; level++) {
      const outer = Buffer.concat([Buffer.alloc(4), Buffer.from([3, 0x61, 0]), body, Buffer.from([0])]);
      outer.writeInt32LE(outer.length, 0);
      body = outer;
    }
    expect(await replyOf(body)).toContain('nesting');
    await lives();
  });

  it('a body whose inner lengths lie', async () => {
    const body = Buffer.from(serialize({ insert: 'a', x: { y: 'text' } }));
    body.writeInt32LE(9999, body.indexOf('y') - 5);
    expect(await replyOf(body)).toContain('invalid BSON');
    await lives();
  });

  it('a command that does not exist, or names no database', async () => {
    expect(await replyOf(serialize({ frobnicate: 1, $db: 'test' }))).toContain("no such command: 'frobnicate'");
    expect(await replyOf(serialize({ ping: 1 }))).toContain('$db');
    expect(await replyOf(serialize({ constructor: 1, $db: 'test' }))).toContain('no such command');
  });

  it('a broken document in a sequence is refused and the good ones before it stay', async () => {
    const good = serialize({ _id: 1 });
    const bad = Buffer.from(serialize({ _id: 2, s: 'text' }));
    bad.writeInt32LE(77, bad.indexOf('text') - 4);
    const documents = Buffer.concat([Buffer.alloc(4), Buffer.from('documents\0'), good, bad]);
    documents.writeInt32LE(documents.length, 0);
    const body = serialize({ insert: 'broken', ordered: true, $db: 'test' });
    const rest = Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), body, Buffer.from([1]), documents]);
    expect(
      (await exchange(running.mongo.url, Buffer.concat([header(16 + rest.length, 2013), rest]))).toString('latin1'),
    ).toContain('invalid BSON');
    expect(await running.db.collection('broken').find().toArray()).toEqual([{ _id: 1 }]);
  });
});

it('a message in many small pieces is put together; two in one piece are both answered, in order', async () => {
  const socket = net.connect(port(), '127.0.0.1');
  const replies: Buffer[] = [];
  socket.on('data', (chunk) => replies.push(chunk));
  const ping = opMsg(serialize({ ping: 1, $db: 'test' }));
  for (const byte of ping) socket.write(Buffer.from([byte]));
  socket.end(Buffer.concat([ping, opMsg(serialize({ hello: 1, $db: 'test' }))]));
  await once(socket, 'close');
  const text = Buffer.concat(replies).toString('latin1');
  expect(text.split('ok').length - 1).toBe(3);
  expect(text).toContain('isWritablePrimary');
});

it('a unix socket is open to its owner only, and its file may be left from a crash', async () => {
  const socket = join(running.folder, 'mongo.sock');
  const file = join(running.folder, 'other.db');
  for (let round = 0; round < 2; round++) {
    const mongo = await startEmbeddedMongo({ file, socket });
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const client = new MongoClient(mongo.url);
    expect((await client.db('test').command({ ping: 1 })).ok).toBe(1);
    await client.close();
    await mongo.close();
  }
});

it('a second opener of the file is told so, and the first goes on', async () => {
  const error = await errorOf(startEmbeddedMongo({ file: running.file, port: 0 }));
  expect(error.message).toContain('in use');
  await lives();
});

it('a taken port is an error, and the file is free again', async () => {
  const file = join(running.folder, 'third.db');
  expect((await errorOf(startEmbeddedMongo({ file, port: port() }))).message).toContain('EADDRINUSE');
  await (await startEmbeddedMongo({ file, port: 0 })).close();
});
