import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRounds } from '../test/kill-rounds.ts';

/** `npm run durability -w server/embedded-mongo -- [rounds]`: kills the database, 200 times unless told otherwise. */
const rounds = Number(process.argv[2] ?? 200);
const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-durability-'));
const started = performance.now();
const report = await killRounds(join(folder, 'data.db'), rounds, Math.random);
for (const problem of report.problems) console.log(problem);
console.log(
  `${rounds} kills in ${Math.round((performance.now() - started) / 1000)} s, ${report.acknowledged} acknowledged writes, ${report.problems.length} problems`,
);
rmSync(folder, { recursive: true });
process.exitCode = report.problems.length > 0 ? 1 : 0;
