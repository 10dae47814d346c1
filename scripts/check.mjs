// `npm run check`: format, types, lint, Svelte check, the fence with its module-count guard, unused code.
// Each step prints its time; independent ones run side by side.
import { spawn } from 'node:child_process';

const typescript = 'node_modules/@typescript/native/bin/tsc';
const steps = {
  format: ['node', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '--cache', '.'],
  'types of shared': ['node', typescript, '-p', 'shared'],
  'types of server': ['node', typescript, '-p', 'server'],
  'types of embedded-mongo': ['node', typescript, '-p', 'server/embedded-mongo'],
  'types of service worker': ['node', typescript, '-p', 'client/src/service-worker'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  svelte: ['npm', 'run', '-s', '-w', 'client', 'check'],
  'svelte lint': ['node', 'node_modules/eslint/bin/eslint.js', '--max-warnings', '0', 'client/src'],
  fence: ['node', 'scripts/fence.mjs'],
  unused: ['knip', '--no-progress', '--cache'],
};

const started = performance.now();
const queue = Object.entries(steps);
const failures = [];
await Promise.all([worker(), worker()]);
console.log(`check: ${failures.length === 0 ? 'clean' : `failed (${failures.join(', ')})`} in ${seconds(started)}`);
process.exit(failures.length === 0 ? 0 : 1);

async function worker() {
  for (let step = queue.shift(); step; step = queue.shift()) {
    const [name, command] = step;
    const begun = performance.now();
    const { code, output } = await run(command);
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds(begun)})`);
    if (code !== 0) {
      failures.push(name);
      console.log(output);
    }
  }
}

function run([command, ...parameters]) {
  const child = spawn(command, parameters, { env: process.env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
