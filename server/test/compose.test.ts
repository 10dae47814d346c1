import { existsSync, readFileSync } from 'node:fs';
import { collabHttpPath, collabPath } from '@cobench/shared/realtime/collab';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { daysToResume, uploadsPath } from '@cobench/shared/files/upload';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config.ts';
import { maxPostLength } from '../src/realtime/collab/limits.ts';

type Service = {
  image?: string;
  build?: string;
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  volumes?: string[];
};

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const services = Object.entries(compose.services);
const variables = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map((match) => String(match[1]));

test('every part the product asks for is there, each as a pinned image or a build', () => {
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining(['app-1', 'app-2', 'mongo', 'minio', 'keycloak', 'redis', 'nginx']),
  );
  for (const [name, { image, build }] of services) expect(build ?? image, name).toMatch(/^\.$|:[^:]*\d/);
});

test('what is waited for exists, and has a health check where its health is waited for', () => {
  const waits = services.flatMap(([, { depends_on: parts = {} }]) => Object.entries(parts));
  const healthy = waits.filter(([, { condition }]) => condition === 'service_healthy');
  expect(waits.filter(([part]) => !compose.services[part])).toEqual([]);
  expect(healthy.length).toBeGreaterThan(0);
  expect(healthy.filter(([part]) => !compose.services[part]?.healthcheck)).toEqual([]);
});

test('named volumes are declared and mounted files exist', () => {
  const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
  const files = sources.filter((source) => source.startsWith('./'));
  const named = sources.filter((source) => !source.startsWith('./'));
  expect(files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  expect(named.filter((name) => !(name in compose.volumes))).toEqual([]);
});

test('every variable is explained in .env.example', () => {
  const explained = [...read('.env.example').matchAll(/^(\w+)=/gm)].map((match) => match[1]);
  expect([...new Set(variables)].filter((variable) => !explained.includes(variable))).toEqual([]);
});

test('the server itself accepts the environment that both application processes get', () => {
  const secrets: Record<string, string> = {
    MASTER_KEY: '0123456789abcdef'.repeat(4),
    SESSION_SECRET: 'b7Qn1sT0xV4mK9pR2wY6zC8dF3gH5jL0',
    OIDC_CLIENT_SECRET: '5f1c9a7e3b2d',
    LOG_LEVEL: 'info',
    METRICS_TOKEN: 'mF8q2Lw7Zx4Rt9Vb',
  };
  for (const name of ['app-1', 'app-2']) {
    const environment = Object.entries(compose.services[name]?.environment ?? {}).map(([key, value]) => [
      key,
      value.replace(
        /\$\{(\w+)(?::-([^}]*))?[^}]*\}/g,
        (_, variable: string, usual?: string) => secrets[variable] ?? usual ?? 'something',
      ),
    ]);
    expect(readConfig(Object.fromEntries(environment))).toMatchObject({
      production: true,
      publicUrl: 'http://cobench.localhost:8080',
      storage: { kind: 's3', endpoint: 'http://minio:9000', bucket: 'cobench' },
    });
  }
});

test('MinIO keeps parts of uploads for longer than people may take to go on with them', () => {
  const [, hours] =
    /^(\d+)h$/.exec(compose.services['minio']?.environment?.['MINIO_API_STALE_UPLOADS_EXPIRY'] ?? '') ?? [];
  expect(Number(hours)).toBeGreaterThan(daysToResume * 24);
});

test('nginx sends people to both processes, and everyone of one document to the same', () => {
  const nginx = read('deploy/nginx.conf');
  for (const upstream of ['app', 'app_by_document']) {
    const block = new RegExp(`upstream ${upstream} \\{[^}]*\\}`).exec(nginx)?.[0] ?? '';
    expect(block).toContain('server app-1:8080;');
    expect(block).toContain('server app-2:8080;');
  }
  const locations = Object.fromEntries(
    [...nginx.matchAll(/location (?:= )?(\S+) \{([^}]*)\}/g)].map(([, path = '', body = '']) => [path, body]),
  );
  expect(locations[`${collabPath}/`]).toContain('proxy_pass http://app_by_document;');
  expect(locations[collabHttpPath]).toContain('proxy_pass http://app_by_document;');
  expect(nginx).toContain('hash $document consistent;');
});

test('nginx takes the document from the path of a websocket and from the query of a session over HTTP', () => {
  const named = /map \$uri \$document \{\s+~(\S+) \$id;\s+default \$arg_id;\s+\}/.exec(read('deploy/nginx.conf'));
  const path = new RegExp(String(named?.[1]));
  expect(path.exec(`${collabPath}/entry/0199`)?.groups).toEqual({ id: '0199' });
  expect(path.exec(collabHttpPath)).toBeNull();
});

test('nginx lets a frame of the largest size through, in the letters of an HTTP session', () => {
  const [, megabytes] = /client_max_body_size (\d+)m;\s+\}/.exec(read('deploy/nginx.conf')) ?? [];
  expect(Number(megabytes) * 1024 * 1024).toBeGreaterThan(maxPostLength);
});

test('nginx lets files of any size through, as they come', () => {
  const [, path = '', body = ''] = /location ~ (\S+) \{([^}]*)\}/.exec(read('deploy/nginx.conf')) ?? [];
  const goes = new RegExp(path);
  for (const one of [uploadsPath, `${uploadsPath}/1`, fileEndpoints.create.path, fileEndpoints.content.path]) {
    expect(one).toMatch(goes);
  }
  expect('/api/v1/filesystem').not.toMatch(goes);
  expect(body).toContain('client_max_body_size 0;');
  expect(body).toContain('proxy_request_buffering off;');
});
