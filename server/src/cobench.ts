// `npm run cobench -- doc …`: looks after the store of this installation. See docs/operations.md.
import { createWriteStream } from 'node:fs';
import { userInfo } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { readConfig, ConfigError } from './config.ts';
import { openDatabase } from './database.ts';
import { documentCommands, type DocumentCommand } from './maintenance/document-commands.ts';

const usage = `Usage: cobench doc <command> <kind>/<id> | --all
  verify    log, snapshot and list agree? Exit code 1 if not
  export    the whole history as JSON lines   [--to FILE]
  rebuild   snapshot and list anew, from the log alone
  repair    sets damaged records aside, so that the document opens; nothing is destroyed
  compact   brings old records into their dense form`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, to: { type: 'string' }, by: { type: 'string' } },
});
const [area, name, which] = positionals;
const commands: readonly DocumentCommand[] = ['verify', 'export', 'rebuild', 'repair', 'compact'];
const command = commands.find((one) => one === name);

if (area !== 'doc' || !command || values.all === (which !== undefined)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  process.exitCode = await run(command).catch((error: unknown) => {
    console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
    return 2;
  });
}

async function run(wanted: DocumentCommand): Promise<number> {
  const config = readConfig(process.env);
  const { connection, close } = await openDatabase(config);
  try {
    const by = values.by ?? userInfo().username;
    const { documents, run: work } = documentCommands(connection, { by, clock: () => new Date() });
    let wrong = 0;
    let looked = 0;
    for await (const document of documents(which)) {
      looked++;
      const { lines, ok } = await work(wanted, document);
      const out = values.to === undefined ? process.stdout : createWriteStream(values.to, { flags: 'a' });
      await pipeline(lines, out, { end: out !== process.stdout });
      if (!ok) wrong++;
    }
    if (looked === 0)
      throw new Error(which === undefined ? 'There are no documents.' : `There is no document ${which}.`);
    console.error(`${looked} document${looked === 1 ? '' : 's'}, ${wrong} not in order`);
    return wrong > 0 ? 1 : 0;
  } finally {
    await close();
  }
}
