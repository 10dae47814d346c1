import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedMongo } from '../src/index.ts';

/**
 * `npm run conformance -w server/embedded-mongo -- SUITE`: runs the conformance suite in the folder SUITE and says of
 * every test whether it passed, or was refused because it needs what this database does not do. Anything else is a wrong
 * answer, and the exit code is 1.
 */
type Result = { name: string; status: 'passed' | 'failed' | 'skipped'; why?: string };

/** What a refusal says, whichever command it comes from. */
const REFUSAL =
  /not supported by the embedded database|Unrecognized pipeline stage name|(?:Unrecognized|Unknown) expression|unknown (?:top level |group )?operator|no such command|is an unknown field/;

/** The driver replaces a null `_id` by one of its own before it sends it, with every server. */
const DRIVER = /^crud\/create-null-ids: inserting _id with type null via/;

const suite = resolve(process.argv[2] ?? '../shared/tools/mongo-conformance');
const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-conformance-'));
const copy = join(folder, 'suite');
cpSync(suite, copy, { recursive: true });
execFileSync('chmod', ['-R', 'u+w', copy]);
const driver = fileURLToPath(import.meta.resolve('mongodb'));
symlinkSync(driver.slice(0, driver.lastIndexOf('node_modules') + 'node_modules'.length), join(copy, 'node_modules'));

const database = await startEmbeddedMongo({ file: join(folder, 'data.db'), port: 0 });
const results = join(folder, 'results.json');
spawnSync(process.execPath, ['run.mjs', database.url, '--json', results], { cwd: copy, stdio: 'ignore' });
await database.close();
const { spec, checks } = JSON.parse(readFileSync(results, 'utf8')) as { spec: Result[]; checks: Result[] };
rmSync(folder, { recursive: true });

let wrong = 0;
for (const [title, all] of [
  ['spec', spec],
  ['checks', checks],
] as const) {
  const failed = all.filter((result) => result.status === 'failed');
  const isRefused = (result: Result): boolean => REFUSAL.test(result.why ?? '');
  const print = (kind: string, some: Result[]): void => {
    console.log(`${title}: ${some.length} ${kind}`);
    for (const { name, why } of some) console.log(`  ${name}\n      ${why}`);
  };
  const mistakes = failed.filter((result) => !isRefused(result) && !DRIVER.test(result.name));
  wrong += mistakes.length;
  console.log(`${title}: ${all.filter((result) => result.status === 'passed').length} passed`);
  print('refused', failed.filter(isRefused));
  print(
    'changed by the driver',
    failed.filter((result) => DRIVER.test(result.name)),
  );
  print('wrong', mistakes);
}
process.exitCode = wrong > 0 ? 1 : 0;
