// Judges seeded points one after another, and keeps its verdicts and its state in a folder as it goes, for `spc-replay`. Each
// part is written before the state says so: what a kill cuts short is judged again. Usage: node replay-process.ts DIR POINTS SEED
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createRuleStream, type RuleState } from '@cobench/shared/spc/index';
import { dice } from '../collab/dice.ts';

type Kept = { next: number; bytes: number; state: RuleState };

const [directory = '', points = '', seed = ''] = process.argv.slice(2);
const [file, states] = [join(directory, 'verdicts'), join(directory, 'state.json')];
const kept = existsSync(states) ? (JSON.parse(readFileSync(states, 'utf8')) as Kept) : null;
const stream = createRuleStream<string>({
  ruleSet: 'nelson',
  center: 0,
  sigma: 1,
  ...(kept && { state: kept.state }),
});
if (!kept) writeFileSync(file, '');
truncateSync(file, kept?.bytes ?? 0);
const out = openSync(file, 'a');
const { roll } = dice(Number(seed));
let bytes = kept?.bytes ?? 0;
let part = '';
for (let index = 0; index < Number(points); index++) {
  const value = (roll(2000) + roll(2000) + roll(2000)) / 1000 - 3;
  if (index < (kept?.next ?? 0)) continue;
  const signals = stream.push(value);
  if (signals.length > 0) part += `${index} ${signals.join(' ')}\n`;
  if ((index + 1) % 500 === 0) keep(index + 1);
}
keep(Number(points));
closeSync(out);

function keep(next: number): void {
  bytes += writeSync(out, part);
  part = '';
  fsyncSync(out);
  writeFileSync(`${states}.new`, JSON.stringify({ next, bytes, state: stream.state() } satisfies Kept));
  renameSync(`${states}.new`, states);
}
