import { parseArgs } from 'node:util';
import { startEmbeddedMongo } from './index.ts';
import { backupFile, exportFile } from './storage/backup.ts';
import { verifyFile } from './storage/verify.ts';

const USAGE = `start  --file F (--port P | --socket S)   run until interrupted; prints the mongodb:// URL when it answers
verify --file F                            prove that documents and indexes agree
backup --file F --to COPY                  copy into one new file, also while the database runs
export --file F --to FOLDER                write a folder that mongorestore reads, also while the database runs
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { file: { type: 'string' }, port: { type: 'string' }, socket: { type: 'string' }, to: { type: 'string' } },
});

try {
  await run(positionals[0] ?? '');
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function run(command: string): Promise<void> {
  const { file, to } = values;
  if (file !== undefined && command === 'start') await start(file);
  else if (file !== undefined && command === 'verify') verify(file);
  else if (file !== undefined && to !== undefined && command === 'backup') backupFile(file, to);
  else if (file !== undefined && to !== undefined && command === 'export')
    say(`${exportFile(file, to)} documents exported; restore them with: mongorestore ${to}`);
  else throw new Error(USAGE);
}

async function start(file: string): Promise<void> {
  const place = values.socket === undefined ? { port: Number(values.port ?? 0) } : { socket: values.socket };
  const database = await startEmbeddedMongo({ file, ...place });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void database.close());
  say(database.url);
}

function verify(file: string): void {
  const { collections, documents, keys, problems } = verifyFile(file);
  for (const problem of problems) say(problem);
  say(`${collections} collections, ${documents} documents, ${keys} index keys, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
