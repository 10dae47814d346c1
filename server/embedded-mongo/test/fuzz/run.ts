/** The long run: `npm run fuzz -w server/embedded-mongo -- --cases N --seed N`, against MONGODB_REFERENCE_URL. */
import { parseArgs } from 'node:util';
import { compareEngines } from './compare.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    url: {
      type: 'string',
      default: process.env['MONGODB_REFERENCE_URL'] ?? 'mongodb://127.0.0.1:27117/?replicaSet=rs0',
    },
    most: { type: 'string', default: '20' },
  },
});

const report = await compareEngines({
  url: values.url,
  seed: Number(values.seed),
  count: Number(values.cases),
  most: Number(values.most),
  say: (line) => process.stdout.write(`${line}\n`),
});
for (const [why, times] of [...report.known].toSorted(([, a], [, b]) => b - a))
  process.stdout.write(`${times} × ${why}\n`);
process.exitCode = report.disagreements.length > 0 ? 1 : 0;
