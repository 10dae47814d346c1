// `npm run cobench -- doc …`: looks after the store of this installation. See docs/operations.md.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { documentCommands, type DocumentCommand } from './maintenance/document-commands.ts';

const usage = `Usage: cobench doc <command> <kind>/<id> | --all   [--by NAME]
  verify    log, stored state and list agree? Exit code 1 if not
  export    the whole history as JSON lines   [--to FILE]
  rebuild   stored state and list anew, from the log alone
  repair    sets damaged records aside, so that the document opens; nothing is destroyed
  compact   brings old records into their dense form
or:    cobench doc import FILE`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, to: { type: 'string' }, by: { type: 'string' } },
});
const [area, name, which] = positionals;
const commands: readonly DocumentCommand[] = ['verify', 'export', 'rebuild', 'repair', 'compact'];
const command = commands.find((one) => one === name);
/** Longer than a server that is out of touch can still write. */
const tenMinutes = 600_000;

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function run(): Promise<number> {
  if (area === 'doc' && name === 'import' && which !== undefined) return withStore((store) => take(which, store));
  if (area === 'doc' && command && values.all === (which === undefined))
    return withStore((store) => all(command, store));
  console.error(usage);
  return 2;
}

async function withStore(work: (store: ReturnType<typeof documentCommands>) => Promise<number>): Promise<number> {
  const config = readConfig(process.env);
  const { connection, close } = await openDatabase(config);
  try {
    const by = values.by ?? userInfo().username;
    // A server may run beside this on a database of its own, but not on the embedded one.
    const fenceMs = config.mongodbUrl === undefined ? 0 : tenMinutes;
    return await work(documentCommands(connection, { by, clock: () => new Date(), fenceMs }));
  } finally {
    await close();
  }
}

async function all(wanted: DocumentCommand, store: ReturnType<typeof documentCommands>): Promise<number> {
  // An earlier export is not written over.
  const file = values.to === undefined ? null : await open(values.to, 'wx');
  let wrong = 0;
  let looked = 0;
  for await (const document of store.documents(which)) {
    looked++;
    const { lines, ok } = await store.run(wanted, document);
    if (file) for await (const line of lines) await file.write(line);
    else await pipeline(lines, process.stdout, { end: false });
    if (!ok) wrong++;
  }
  await file?.close();
  if (looked === 0) throw new Error(which === undefined ? 'There are no documents.' : `There is no document ${which}.`);
  console.error(`${looked} document${looked === 1 ? '' : 's'}, ${wrong} not in order`);
  return wrong > 0 ? 1 : 0;
}

async function take(file: string, store: ReturnType<typeof documentCommands>): Promise<number> {
  const lines = () => createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  await pipeline(Readable.from(store.take(lines)), process.stdout, { end: false });
  return 0;
}
