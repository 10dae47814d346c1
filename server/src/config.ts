import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unnamedProvider } from '@cobench/shared/identity/sign-in';
import { z } from 'zod';
import type { StoragePlace } from './platform/storage/open-store.ts';

const filled = z.string().trim().min(1);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const perSecond = z.coerce.number('must be a number').int('must be a whole number').min(1, 'must be at least 1');
const sampleSecrets = ['change-me', 'changeme', 'secret', 'cobench-demo'];

const Environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  PORT: z.coerce.number('must be a port number').int().min(1).max(65_535).default(8080),
  HOST: filled.default('127.0.0.1'),
  PUBLIC_URL: httpUrl.optional(),
  DATA_DIR: filled.default('./data'),
  MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')
    .optional(),
  S3_ENDPOINT: httpUrl.optional(),
  S3_REGION: filled.optional(),
  S3_BUCKET: filled.min(3).optional(),
  S3_ACCESS_KEY_ID: filled.optional(),
  S3_SECRET_ACCESS_KEY: filled.optional(),
  OIDC_ISSUER: httpUrl.optional(),
  OIDC_CLIENT_ID: filled.optional(),
  OIDC_CLIENT_SECRET: filled.optional(),
  OIDC_PROVIDERS: filled.optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
    .optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: filled.optional(),
  BREACHED_PASSWORDS_URL: httpUrl.optional(),
  MASTER_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits')
    .optional(),
  MASTER_KEY_PREVIOUS: z
    .string()
    .regex(/^[0-9a-f]{64}(,[0-9a-f]{64})*$/i, 'must be keys of 64 hexadecimal digits with commas between')
    .optional(),
  CLAMD_URL: z
    .string()
    .regex(/^(tcp:\/\/[^\s/]+:\d{1,5}|unix:\/.+)$/, 'must be tcp://host:port or unix:/path')
    .optional(),
  AUDIT_TIMESTAMP_URL: httpUrl.optional(),
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  TRUSTED_PROXIES: filled.optional(),
  INGEST_EVENTS_PER_SECOND: perSecond.default(50_000),
  INGEST_BATCHES_PER_SECOND: perSecond.default(300),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  WEB: z.enum(['static', 'vite', 'none']).default('static'),
});

/** A provider of an organisation, or of several. */
const OidcProvider = z.strictObject({
  id: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/),
  name: filled.max(60),
  issuer: httpUrl,
  clientId: filled,
  clientSecret: filled,
  /** The short names of the organisations it speaks for; all where it is left out. */
  organisations: z.array(filled).min(1).optional(),
  /** It does not say when somebody signed in, and is believed to ask again where it is asked to. */
  promptIsEnough: z.boolean().optional(),
});
type OidcProvider = z.infer<typeof OidcProvider>;

export type Config = {
  production: boolean;
  port: number;
  host: string;
  /** Where browsers reach us; `publicUrlGiven` is false where it is only our guess. */
  publicUrl: string;
  publicUrlGiven: boolean;
  dataDir: string;
  /** Undefined: the embedded engine in `dataDir`. */
  mongodbUrl: string | undefined;
  /** Where the encrypted files lie: a bucket, or `files` in `dataDir`. */
  storage: StoragePlace;
  /** None: in development the embedded provider with the demo people, in production accounts of this installation only. */
  oidc: readonly OidcProvider[];
  redisUrl: string | undefined;
  /** Undefined: mails are kept to be looked at in development, and not sent in production. */
  mail: { url: string; from: string } | undefined;
  /** A list of breached passwords, asked by the first digits of a hash. */
  breachedPasswordsUrl: string | undefined;
  sessionSecret: string | undefined;
  /** Seals what the database may not know; undefined: made once and kept in `dataDir`. 64 hexadecimal digits. */
  masterKey: string | undefined;
  /** Master keys that were current before, and still open what they sealed. */
  previousMasterKeys: string[];
  /** ClamAV's daemon, which looks at files before anybody else does; undefined: nobody does. */
  clamdUrl: string | undefined;
  /** A time-stamp authority (RFC 3161) that stamps the audit trail's checkpoints. */
  auditTimestampUrl: string | undefined;
  /** Addresses or subnets whose X-Forwarded-For is believed; none by default. */
  trustedProxies: string[];
  /** What one key may send a second, in each process. */
  ingestRates: { eventsPerSecond: number; batchesPerSecond: number };
  /** What a bearer of metrics must show; without it only programs on this machine may read them. */
  metricsToken: string | undefined;
  logLevel: string;
  /** Serve the built client, the development server in this process, or the API alone. */
  web: 'static' | 'vite' | 'none';
};

/** A setting that cannot work; its message is one sentence for the person who starts the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the environment once. Empty variables count as not set.
 * @throws ConfigError with one clear sentence; nothing has been written by then.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message ?? 'is wrong'}.`);
  }
  const env = parsed.data;
  allOrNone(env, ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']);
  allOrNone(env, ['S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']);
  const production = env.NODE_ENV === 'production';
  if (production) refuseDemoParts(env);
  const publicUrl = new URL(env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).origin;
  return {
    production,
    port: env.PORT,
    host: env.HOST,
    publicUrl,
    publicUrlGiven: env.PUBLIC_URL !== undefined,
    dataDir: resolve(env.DATA_DIR),
    mongodbUrl: env.MONGODB_URL,
    storage: storage(env),
    oidc: oidcProviders(env),
    redisUrl: env.REDIS_URL,
    mail: env.SMTP_URL === undefined ? undefined : { url: env.SMTP_URL, from: env.MAIL_FROM ?? sender(publicUrl) },
    breachedPasswordsUrl: env.BREACHED_PASSWORDS_URL,
    sessionSecret: env.SESSION_SECRET,
    masterKey: env.MASTER_KEY,
    previousMasterKeys: env.MASTER_KEY_PREVIOUS?.split(',') ?? [],
    clamdUrl: env.CLAMD_URL,
    auditTimestampUrl: env.AUDIT_TIMESTAMP_URL,
    trustedProxies: env.TRUSTED_PROXIES?.split(',').map((proxy) => proxy.trim()) ?? [],
    ingestRates: { eventsPerSecond: env.INGEST_EVENTS_PER_SECOND, batchesPerSecond: env.INGEST_BATCHES_PER_SECOND },
    metricsToken: env.METRICS_TOKEN,
    logLevel: env.LOG_LEVEL,
    web: env.WEB,
  };
}

/** All or none of the variables are set. */
function storage(env: Environment): StoragePlace {
  const { S3_ENDPOINT: endpoint, S3_REGION: region, S3_BUCKET: bucket } = env;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (endpoint && region && bucket && accessKeyId && secretAccessKey)
    return { kind: 's3', endpoint, region, bucket, accessKeyId, secretAccessKey };
  return { kind: 'folder', directory: join(resolve(env.DATA_DIR), 'files') };
}

/** Those of the file that `OIDC_PROVIDERS` names, and the one of the variables. */
function oidcProviders(env: Environment): OidcProvider[] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  const own = issuer && clientId && clientSecret ? [{ ...unnamed, issuer, clientId, clientSecret }] : [];
  const all = [...own, ...(env.OIDC_PROVIDERS === undefined ? [] : listedProviders(env.OIDC_PROVIDERS))];
  for (const key of ['id', 'issuer'] as const) {
    if (new Set(all.map((one) => one[key])).size < all.length) {
      throw new ConfigError(`OIDC_PROVIDERS has two providers with the same ${key}.`);
    }
  }
  return all;
}

const unnamed = { id: unnamedProvider, name: 'your organisation' };

function listedProviders(file: string): OidcProvider[] {
  const wrong = (why: string, cause?: unknown) => new ConfigError(`OIDC_PROVIDERS ${why}.`, { cause });
  let listed: unknown;
  try {
    listed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw wrong('names no file with JSON', cause);
  }
  const parsed = z.array(OidcProvider).min(1).safeParse(listed);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`has a provider that is not complete (${issue?.path.join('.')}: ${issue?.message})`);
}

/** Who mails come from unless told otherwise. */
const sender = (publicUrl: string): string => `Cobench <no-reply@${new URL(publicUrl).hostname}>`;

type Environment = z.infer<typeof Environment>;

function allOrNone(env: Environment, names: readonly (keyof Environment)[]): void {
  const missing = names.filter((name) => env[name] === undefined);
  if (missing.length > 0 && missing.length < names.length) {
    throw new ConfigError(
      `${names.join(', ')} belong together, but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
    );
  }
}

/** Production has no demo people, no guessed address and no secret that anybody could know. */
function refuseDemoParts(env: Environment): void {
  const needed = ['PUBLIC_URL', 'MASTER_KEY', 'SESSION_SECRET'] as const;
  const missing = needed.filter((name) => env[name] === undefined);
  if (missing.length > 0) throw new ConfigError(`Production needs ${missing.join(', ')}.`);
  for (const name of ['SESSION_SECRET', 'MASTER_KEY', 'OIDC_CLIENT_SECRET'] as const) {
    const secret = env[name];
    if (secret !== undefined && isSample(secret))
      throw new ConfigError(`${name} is a sample value; production needs one of your own.`);
  }
}

const isSample = (secret: string): boolean =>
  sampleSecrets.some((sample) => secret.toLowerCase().startsWith(sample)) || new Set(secret).size < 4;
