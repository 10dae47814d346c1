import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { projectEndpoints } from '@cobench/shared/projects/project';
import {
  mongoKeptKeys,
  mongoUploads,
  mongoUsage,
  uploadService,
  uploadSweep,
  usageService,
} from '../../src/features/files/index.ts';
import { fileKeys } from '../../src/platform/keys/file-keys.ts';
import { keyRing } from '../../src/platform/keys/key-ring.ts';
import { createLog } from '../../src/platform/log.ts';
import { openStore, type StoragePlace } from '../../src/platform/storage/open-store.ts';
import { Agent } from '../agent.ts';
import { call } from '../call.ts';
import { openTestDatabase } from '../database.ts';
import { begun, contentOf, offsetOf, patch, sha256Of, someBytes } from '../file-house.ts';
import { freePort } from '../harness.ts';
import { all } from '../storage/object-store.contract.ts';
import { testTrail } from '../trail.ts';
import type { Arm, Step } from './mortal-uploads.ts';

const program = join(import.meta.dirname, 'mortal-uploads.ts');
const MiB = 2 ** 20;
/** The second piece begins within a part, so that a tail is kept, read again and replaced. */
const pieces = [9 * MiB + 100, 8 * MiB + 500] as const;
const weekAndDay = 8 * 86_400_000;

/** `deaths`: at what the server died; `problems`: what went otherwise than it should. */
export type Outcome = { steps: string[]; deaths: string[]; problems: string[] };

/**
 * Uploads a file again and again to a server that dies at another step each time; each time it is gone on with by the
 * protocol when the server is back. In the end everything that was left behind is swept.
 */
export async function uploadsUnderKills(
  storage: StoragePlace | 'folder',
  pick: (steps: number) => readonly number[],
): Promise<Outcome> {
  const house = await House.open(storage);
  try {
    const steps = await house.steps();
    const [deaths, problems]: [string[], string[]] = [[], []];
    for (const dieAt of pick(steps.length)) {
      const { diedAt, found } = await house.round(dieAt);
      if (diedAt !== null) deaths.push(diedAt);
      problems.push(...found.map((problem) => `dead ${diedAt ?? 'nowhere'} (${dieAt}): ${problem}`));
    }
    return { steps, deaths, problems: [...problems, ...(await house.leftBehind())] };
  } finally {
    await house.close();
  }
}

class House {
  readonly #directory: string;
  readonly #environment: Record<string, string>;
  readonly #place: StoragePlace;
  readonly #database: Awaited<ReturnType<typeof openTestDatabase>>;
  readonly #agent: Agent;
  #child: ChildProcess | null = null;
  readonly #port: number;

  private constructor(given: {
    directory: string;
    environment: Record<string, string>;
    place: StoragePlace;
    database: Awaited<ReturnType<typeof openTestDatabase>>;
    port: number;
  }) {
    this.#directory = given.directory;
    this.#environment = given.environment;
    this.#place = given.place;
    this.#database = given.database;
    this.#port = given.port;
    this.#agent = new Agent(`http://localhost:${given.port}`);
  }

  static async open(storage: StoragePlace | 'folder'): Promise<House> {
    const [directory, database, port] = await Promise.all([
      mkdtemp(join(tmpdir(), 'cobench-upload-kills-')),
      openTestDatabase(),
      freePort(),
    ]);
    const place: StoragePlace =
      storage === 'folder' ? { kind: 'folder', directory: join(directory, 'files') } : storage;
    const environment = {
      PORT: String(port),
      DATA_DIR: directory,
      MONGODB_URL: database.url,
      WEB: 'none',
      LOG_LEVEL: 'silent',
      ...(place.kind === 's3' && {
        S3_ENDPOINT: place.endpoint,
        S3_REGION: place.region,
        S3_BUCKET: place.bucket,
        S3_ACCESS_KEY_ID: place.accessKeyId,
        S3_SECRET_ACCESS_KEY: place.secretAccessKey,
      }),
    };
    const house = new House({ directory, environment, place, database, port });
    await house.#start();
    await house.#agent.signIn('engineer@acme.test');
    return house;
  }

  /** What an upload does from its beginning to its end, step by step. */
  async steps(): Promise<string[]> {
    // The first one of all makes rows that are there from then on.
    const first = await this.#upload(await this.#aProject());
    const steps: string[] = [];
    const hear = ({ step, what }: Step): void => void (step > 0 && steps.push(what));
    this.#child?.on('message', hear);
    const { found } = await this.round(0);
    this.#child?.off('message', hear);
    const problems = [...first, ...found];
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return steps;
  }

  /** An upload to a server that dies at this step; `diedAt` is null where it did not come so far. */
  async round(dieAt: number): Promise<{ diedAt: string | null; found: string[] }> {
    const projectId = await this.#aProject();
    const [child, note] = [this.#child, join(this.#directory, 'died-at')];
    await this.#arm({ dieAt, note });
    const found = await this.#upload(projectId);
    if (child !== this.#child) return { diedAt: await readFile(note, 'utf8'), found };
    // It is not to die in the middle of something else.
    await this.#arm(null);
    return { diedAt: null, found };
  }

  /** What is still in the store, in the rows and in the counters, when everything that is over was swept. */
  async leftBehind(): Promise<string[]> {
    const { items } = await call(this.#agent, fileEndpoints.list, { limit: 200 });
    const kept = items.reduce((sum, { latest }) => sum + latest.size, 0);
    await this.#kill();
    const { connection } = this.#database;
    const clock = () => new Date(Date.now() + weekAndDay);
    const store = await openStore(this.#place);
    const [repo, trail, log] = [mongoUploads(connection), testTrail(connection), createLog('silent')];
    const usage = usageService({ repo: mongoUsage(connection), trail });
    const catalogue = { reserve: never, commit: never };
    const keys = fileKeys(keyRing(['0'.repeat(64)]));
    const { removal } = uploadService({ repo, store, keys, catalogue, usage, clock });
    const keysKept = mongoKeptKeys(connection);
    // Two processes at a time.
    const sweeps = [1, 2].map(() => uploadSweep({ repo, store, removal, keysKept, clock, log }));
    await Promise.all(sweeps.map((sweep) => sweep.uploads()));
    await Promise.all(sweeps.map((sweep) => sweep.store()));
    const objects = (await all(store.list(''))).length;
    const parts = (await all(store.openParts(clock()))).length;
    const rows = await connection.collection('fileUploads').countDocuments({});
    const counters = await connection.collection('fileUsage').find({}).toArray();
    await store.close();
    const odd = counters.filter(({ used, reserved, uploads }) => used !== kept || reserved !== 0 || uploads !== 0);
    return [
      ...(objects === items.length ? [] : [`${objects} objects are in the store for ${items.length} files`]),
      ...(parts === 0 ? [] : [`${parts} uploads of parts are left in the store`]),
      ...(rows === 0 ? [] : [`${rows} rows of uploads are left`]),
      ...odd.map((counter) => `counted as ${JSON.stringify(counter)}, and ${kept} bytes are kept`),
    ];
  }

  async close(): Promise<void> {
    await this.#kill();
    await this.#database.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #aProject(): Promise<string> {
    return (await call(this.#agent, projectEndpoints.create, { name: `Kills ${crypto.randomUUID()}` })).id;
  }

  /** As a client does it that never gives up. Whenever the server has died, nothing half may be seen. */
  async #upload(projectId: string): Promise<string[]> {
    const bytes = someBytes(pieces[0] + pieces[1]);
    const metadata = { filename: 'a.bin', projectId, sha256: sha256Of(bytes) };
    const problems: string[] = [];
    let url: string | null = null;
    for (let attempt = 0; attempt < 6; attempt++) {
      try {
        url ??= await begun(this.#agent, bytes.length, metadata);
        for (let offset = await offsetOf(this.#agent, url); offset < bytes.length;) {
          const end = offset < pieces[0] ? pieces[0] : bytes.length;
          const answer = await patch(this.#agent, url, offset, bytes.subarray(offset, end));
          if (answer.status !== 204) throw new Error(`PATCH answered ${answer.status}: ${await answer.text()}`);
          offset = Number(answer.headers.get('upload-offset'));
        }
        return [...problems, ...(await this.#seen(projectId, bytes, 1))];
      } catch (error) {
        if (!(await this.#hasDied())) return [...problems, String(error)];
        await this.#start();
        problems.push(...(await this.#seen(projectId, bytes, 0)));
      }
    }
    return [...problems, 'it did not come to an end'];
  }

  /** What is there is whole, and there is no more of it than one, and no less than `least`. */
  async #seen(projectId: string, bytes: Buffer, least: number): Promise<string[]> {
    const { items } = await call(this.#agent, fileEndpoints.list, { projectId });
    if (items.length > 1 || items.length < least) return [`${items.length} files are there`];
    const [file] = items;
    if (!file) return [];
    const content = await contentOf(this.#agent, file.id);
    return content.equals(bytes) ? [] : [`the file has ${content.length} other bytes`];
  }

  #isAlive(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** A connection breaks a moment before it is told why. */
  async #hasDied(): Promise<boolean> {
    const child = this.#child;
    if (child && this.#isAlive())
      await once(child, 'exit', { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    return !this.#isAlive();
  }

  async #start(): Promise<void> {
    const env = { ...process.env, ...this.#environment, NODE_ENV: 'development' };
    this.#child = fork(program, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const { origin } = new URL(this.#agent.origin);
    for (;;) {
      if (!this.#isAlive()) throw new Error(`The server on ${this.#port} ended.`);
      // Who comes while it starts waits for it.
      const ready = await fetch(new URL('/healthz', origin)).catch(() => null);
      if (ready?.ok) return;
      await pause(20);
    }
  }

  async #arm(arm: Arm): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const armed = once(child, 'message');
    child.send({ arm });
    await armed;
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (!child || !this.#isAlive()) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

const never = async (): Promise<never> => {
  throw new Error('Nothing is uploaded while it is swept.');
};
