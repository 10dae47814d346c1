// The one way in: `node scripts/run.mjs start|dev|test|real|check|bench|exec …`. Plain JavaScript that runs on Node 20 with
// nothing installed; everything else runs on the Node 24 that the lockfile brings.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [mode, ...args] = process.argv.slice(2);
process.chdir(root);
let env = process.env;

onceFor('node_modules/.cache/installed', hashOf('package-lock.json'), () => run('npm', ['ci', '--loglevel=error']));
const node = node24();
env = {
  ...env,
  PATH: [dirname(node), join(root, 'node_modules/.bin'), env.PATH].join(delimiter),
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/v8'),
};

const modes = {
  start() {
    build();
    serve();
  },
  dev: () => serve({ WEB: 'vite' }),
  test() {
    build();
    vitest(args);
  },
  real() {
    build();
    const [shared, ...rest] = args;
    if (!shared) fail('Say where the shared data is: npm run test:real -- ../shared');
    env.COBENCH_SHARED = resolve(root, shared);
    vitest(['--config', 'vitest.real.config.ts', ...rest]);
  },
  check() {
    // Every `npm ci` takes away the compiler settings that SvelteKit generates, and the linter reads them.
    run(node, [join(root, 'node_modules/@sveltejs/kit/svelte-kit.js'), 'sync'], 'client');
    run(node, ['scripts/check.mjs', ...args]);
  },
  bench() {
    build();
    run(node, args);
  },
  exec: () => run(args[0] === 'node' ? node : args[0], args.slice(1)),
};

if (!(mode in modes)) fail(`Use one of: ${Object.keys(modes).join(', ')}.`);
modes[mode]();

/** The Node 24 of the lockfile (npm 10's `ci` forgets the .bin link, so by its package); elsewhere the machine's own. */
function node24() {
  const own = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) < 24)
    fail('On this platform Cobench needs Node 24 or newer installed.');
  return process.execPath;
}

/** Builds the client when anything it is made of has changed. */
function build() {
  const sources = ['client/src', 'client/static', 'shared/src'].flatMap(filesBelow);
  const fingerprint = hashOf(...sources, 'client/vite.config.ts', 'package-lock.json');
  onceFor('client/build/.fingerprint', fingerprint, () => {
    run(node, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], 'client');
  });
}

function vitest(parameters) {
  run(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...parameters]);
}

function serve(extra = {}) {
  const child = spawn(node, ['server/src/main.ts', ...args], { stdio: 'inherit', env: { ...env, ...extra } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

function run(command, parameters, cwd = root) {
  const shell = process.platform === 'win32';
  const { status } = spawnSync(command, parameters, { stdio: 'inherit', cwd, env, shell });
  if (status !== 0) process.exit(status ?? 1);
}

/** Does the work unless the stamp says it was done for this very input. */
function onceFor(stamp, input, work) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === input) return;
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, input);
}

function hashOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(directory) {
  if (!existsSync(directory)) return [];
  const paths = readdirSync(directory)
    .toSorted()
    .map((name) => join(directory, name));
  return paths.flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
