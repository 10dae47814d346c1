import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** What a scanner says of a file. `too large`: it looks at no file of this size, so that nothing is said. */
export type Verdict = { is: 'clean' } | { is: 'infected'; by: string } | { is: 'too large' };
export type Scanner = {
  /** @throws ScannerUnavailable, and whatever the bytes throw. */
  scan(bytes: AsyncIterable<Uint8Array>): Promise<Verdict>;
  /** @throws ScannerUnavailable */
  ping(): Promise<void>;
};

/** The scanner does not answer, or not as one: what was asked may work later. */
export class ScannerUnavailable extends Error {
  override readonly name = 'ScannerUnavailable';
}

/** Longer than clamd may look at one file (MaxScanTime, two minutes). */
const longestSilence = 180_000;
const longestReply = 4096;

/**
 * ClamAV's daemon, at `tcp://host:port` or `unix:/path`, by its INSTREAM command (clamd(8)): a file goes there as it is
 * read and is written down nowhere. Each question has a connection of its own.
 */
export function clamd(url: string, silence = longestSilence): Scanner {
  const place = placeOf(url);
  return {
    async scan(bytes) {
      const talk = begin(place, silence);
      try {
        await talk.say('zINSTREAM\0');
        for await (const chunk of bytes) {
          if (chunk.length === 0) continue;
          // A daemon that has enough answers and hangs up: its answer is read before a write can fail.
          await turn();
          if (talk.isOver()) break;
          await talk.say(lengthOf(chunk));
          await talk.say(chunk);
        }
        await talk.say(endOfStream);
        return verdictOf(await talk.reply);
      } finally {
        talk.end();
      }
    },
    async ping() {
      const talk = begin(place, silence);
      try {
        await talk.say('zPING\0');
        const reply = await talk.reply;
        if (reply !== 'PONG') throw new ScannerUnavailable(`The scanner answers “${reply}” to a ping.`);
      } finally {
        talk.end();
      }
    },
  };
}

/** @throws where the address is none of a scanner. */
function placeOf(url: string): NetConnectOpts {
  if (url.startsWith('unix:')) return { path: url.slice('unix:'.length) };
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

const endOfStream = new Uint8Array(4);

function lengthOf(chunk: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

/** A reply may come before all is said: then nothing more needs saying. */
function begin(place: NetConnectOpts, silence: number) {
  const socket: Socket = connect(place);
  const { promise: reply, resolve, reject } = Promise.withResolvers<string>();
  // Who is still speaking when it fails hears of it by the reply afterwards.
  reply.catch(() => undefined);
  let heard = '';
  let over = false;
  const settle = (): void => {
    over = true;
    resolve(heard.replace(/\0[^]*$/, '').trim());
  };
  const fail = (why: string, cause?: unknown): void => {
    // What it said before the connection broke is its answer.
    if (heard.includes('\0')) return settle();
    over = true;
    return reject(new ScannerUnavailable(`The malware scanner ${why}.`, { cause }));
  };
  socket.setTimeout(silence, () => {
    fail(`was silent for ${silence / 1000} seconds`);
    socket.destroy();
  });
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    heard += text;
    if (heard.includes('\0')) settle();
    else if (heard.length > longestReply) socket.destroy();
  });
  socket.on('error', (error) => fail(`cannot be reached: ${error.message}`, error));
  socket.on('close', () => fail('ended the connection without an answer'));
  return {
    reply,
    isOver: () => over,
    /** Resolves when there is room for more, or nothing more needs saying. */
    async say(bytes: string | Uint8Array): Promise<void> {
      if (over || socket.write(bytes)) return;
      const { promise, resolve: go } = Promise.withResolvers<void>();
      const done = (): void => go();
      socket.once('drain', done);
      await Promise.race([promise, reply.catch(() => undefined)]);
      socket.off('drain', done);
    },
    end: () => void socket.destroy(),
  };
}

/** @throws ScannerUnavailable */
function verdictOf(reply: string): Verdict {
  if (reply === 'stream: OK') return { is: 'clean' };
  const [, by] = /^stream: (.+) FOUND$/.exec(reply) ?? [];
  if (by !== undefined) return { is: 'infected', by: by.slice(0, 200) };
  if (reply.includes('size limit exceeded')) return { is: 'too large' };
  throw new ScannerUnavailable(`The malware scanner answers “${reply.slice(0, 200)}”.`);
}
