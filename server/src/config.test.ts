import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://lab.example',
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'cobench',
  OIDC_CLIENT_SECRET: 'kJ2b8s0Zq1',
  MASTER_KEY: '0123456789abcdef'.repeat(4),
  SESSION_SECRET: 'b7Qn1sT0xV4mK9pR2wY6zC8dF3gH5jL0',
};

test('without a single variable the server starts on loopback with embedded parts', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    port: 8080,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:8080',
    mongodbUrl: undefined,
    oidc: [],
  });
});

test('an empty variable counts as not set', () => {
  expect(readConfig({ MONGODB_URL: '', PORT: '' })).toMatchObject({ mongodbUrl: undefined, port: 8080 });
});

test('files lie in a folder of the data directory, or in a bucket where all of S3_* is set', () => {
  expect(readConfig({ DATA_DIR: '/lab' }).storage).toEqual({ kind: 'folder', directory: '/lab/files' });
  const s3 = { S3_ENDPOINT: 'https://s3.example', S3_REGION: 'eu', S3_BUCKET: 'lab' };
  expect(readConfig({ ...s3, S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' }).storage).toEqual({
    kind: 's3',
    endpoint: 'https://s3.example',
    region: 'eu',
    bucket: 'lab',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
  });
  expect(() => readConfig(s3)).toThrow(/S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are not set/);
});

test('a complete production configuration is taken', () => {
  expect(readConfig(production)).toMatchObject({ production: true, publicUrl: 'https://lab.example' });
});

test('master keys that were current before are taken with commas between', () => {
  const previous = ['fedcba9876543210'.repeat(4), '00112233445566778899aabbccddeeff'.repeat(2)];
  expect(readConfig({ ...production, MASTER_KEY_PREVIOUS: previous.join(',') }).previousMasterKeys).toEqual(previous);
  expect(readConfig(production).previousMasterKeys).toEqual([]);
});

test('production needs no provider: people sign in with accounts of this installation', () => {
  const none = { OIDC_ISSUER: '', OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' };
  expect(readConfig({ ...production, ...none })).toMatchObject({ production: true, oidc: [] });
});

test.each([
  [{ PORT: 'eighty' }, 'PORT must be a port number.'],
  [{ MONGODB_URL: 'postgres://x' }, 'MONGODB_URL must start with mongodb:// or mongodb+srv://.'],
  [{ MASTER_KEY: 'abc' }, 'MASTER_KEY must be 64 hexadecimal digits.'],
  [{ MASTER_KEY: `${'0123456789abcdef'.repeat(4)}0` }, 'MASTER_KEY must be 64 hexadecimal digits.'],
  [
    { ...production, MASTER_KEY_PREVIOUS: `${'fedcba9876543210'.repeat(4)},` },
    'MASTER_KEY_PREVIOUS must be keys of 64 hexadecimal digits with commas between.',
  ],
  [{ ...production, MASTER_KEY: '' }, 'Production needs MASTER_KEY.'],
  [{ INGEST_BATCHES_PER_SECOND: '0' }, 'INGEST_BATCHES_PER_SECOND must be at least 1.'],
  [{ SESSION_SECRET: 'short' }, 'SESSION_SECRET must have at least 32 characters.'],
  [{ CLAMD_URL: 'http://clamd:3310' }, 'CLAMD_URL must be tcp://host:port or unix:/path.'],
  [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN must have at least 16 characters.'],
  [{ PUBLIC_URL: 'ftp://lab' }, 'PUBLIC_URL must be an http(s) URL.'],
  [
    { OIDC_ISSUER: 'https://id.example' },
    'OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET belong together, but OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are not set.',
  ],
  [{ NODE_ENV: 'production' }, 'Production needs PUBLIC_URL, MASTER_KEY, SESSION_SECRET.'],
  [
    { ...production, SESSION_SECRET: 'change-me-change-me-change-me-change-me' },
    'SESSION_SECRET is a sample value; production needs one of your own.',
  ],
  [{ ...production, MASTER_KEY: '0'.repeat(64) }, 'MASTER_KEY is a sample value; production needs one of your own.'],
])('%o is refused with one clear sentence', (environment, sentence) => {
  expect(() => readConfig(environment)).toThrow(new ConfigError(sentence));
});

describe('OIDC_PROVIDERS', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cobench-config-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const guests = { id: 'guests', name: 'Guests', issuer: 'https://guests.example', clientId: 'c', clientSecret: 's' };
  const listed = async (providers: unknown) => {
    const file = join(directory, 'providers.json');
    await writeFile(file, typeof providers === 'string' ? providers : JSON.stringify(providers));
    return { OIDC_PROVIDERS: file };
  };

  test('names more providers, beside the one of the variables', async () => {
    const own = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' };
    const { oidc } = readConfig({ ...own, ...(await listed([{ ...guests, organisations: ['acme'] }])) });
    expect(oidc).toEqual([
      { id: 'organisation', name: 'your organisation', issuer: 'https://id.example', clientId: 'a', clientSecret: 'b' },
      { ...guests, organisations: ['acme'] },
    ]);
  });

  test.each([
    ['not json', /^OIDC_PROVIDERS names no file with JSON\.$/],
    [[], /^OIDC_PROVIDERS has a provider that is not complete/],
    [[{ ...guests, issuer: undefined }], /not complete \(0\.issuer/],
    [[{ ...guests, secret: 'x' }], /not complete/],
    [[{ ...guests, id: 'Über' }], /not complete \(0\.id/],
    [[guests, { ...guests, issuer: 'https://other.example' }], /two providers with the same id/],
    [[guests, { ...guests, id: 'other' }], /two providers with the same issuer/],
  ])('%j is refused with one sentence', async (providers, sentence) => {
    const environment = await listed(providers);
    expect(() => readConfig(environment)).toThrow(sentence);
  });
});
