// `npm run cobench -- doc|audit|people|keys|file|scrub|backup|restore …`: looks after the store of this installation. See docs/operations.md.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Role } from '@cobench/shared/access/roles';
import { Email } from '@cobench/shared/identity/accounts';
import { Id } from '@cobench/shared/ids';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { readConfig, type Config } from './config.ts';
import { openDatabase } from './database.ts';
import type { DomainEvent } from './domain-events.ts';
import { auditCheckpoints, auditTrail, mongoAudit, type Trail } from './features/audit/index.ts';
import { createImportServices } from './import-services.ts';
import { auditCommands } from './maintenance/audit-commands.ts';
import { documentCommands, type DocumentCommand } from './maintenance/document-commands.ts';
import { fileCommands } from './maintenance/file-commands.ts';
import { keyCommands } from './maintenance/key-commands.ts';
import { seedKeyOf } from './maintenance/seed-format.ts';
import { seedImport } from './maintenance/seed-import.ts';
import { peopleCommands } from './maintenance/people-commands.ts';
import { storeCommands } from './maintenance/store-commands.ts';
import { openMasterKeys } from './master-keys.ts';
import { createPeopleServices } from './people-services.ts';
import { systemClock } from './platform/clock.ts';
import { eventBus } from './platform/event-bus.ts';
import { openKeyRing, type KeyRing } from './platform/keys/key-ring.ts';
import { createLog, type Log } from './platform/log.ts';
import { smtpMail } from './platform/mail.ts';
import { createIndexes } from './platform/mongo/connect.ts';
import { openStore } from './platform/storage/open-store.ts';

const usage = `Usage: cobench doc <command> <kind>/<id> | --all   [--by NAME]
  verify    log, stored state and list agree? Exit code 1 if not
  export    the whole history as JSON lines   [--to FILE]
  rebuild   stored state and list anew, from the log alone
  repair    sets damaged records aside, so that the document opens; nothing is destroyed
  compact   brings old records into their dense form
or:    cobench doc import FILE

       cobench audit verify [ORGANISATION]   is the trail as it was written? Exit code 1 if not
       cobench audit export ORGANISATION     [--format csv|json] [--to FILE]
       cobench people invite ORGANISATION EMAIL   [--role admin]   prints a link; makes the organisation where it is new
       cobench people reset-second-factor EMAIL   for who lost it; their sessions end
       cobench keys list     master keys, and what is sealed under each
       cobench keys rotate   seals everything anew under MASTER_KEY; can be ended and run again. Exit code 1 where something is left
       cobench keys forget NAME   gives up a master key that is lost, with what is sealed under it
       cobench file decrypt IN OUT --link FILE.json | --key BASE64URL --organisation ID --file ID --version N [--sha256 HEX]
       cobench file open-seed IN OUT --key HEX | --master HEX --user ID [--salt TEXT] [--info TEXT]   [--aad TEXT]
       cobench file import-seed FILE… --project ID --as EMAIL   [--folder PATH] [--tags A,B]   with a key as above
         brings what they hold into the catalogue, as uploads of that person; exit code 1 where one was refused
  HEX as --key-file FILE, --key-env NAME, --master-file or --master-env is in no list of processes
       cobench scrub [--after ID]            reads every file back; exit code 1 where one is not as it was uploaded
       cobench backup DIR                    metadata and encrypted files, into a new folder
       cobench restore DIR                   into an installation that has nothing yet
  ORGANISATION is its short name; "installation" is what belongs to none, like sign-ins that failed`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    to: { type: 'string' },
    by: { type: 'string' },
    format: { type: 'string', default: 'csv' },
    after: { type: 'string', default: '' },
    role: { type: 'string', default: 'admin' },
    // Of `file`, see docs/file-format.md.
    link: { type: 'string' },
    key: { type: 'string' },
    organisation: { type: 'string' },
    file: { type: 'string' },
    version: { type: 'string' },
    sha256: { type: 'string' },
    master: { type: 'string' },
    user: { type: 'string' },
    salt: { type: 'string' },
    info: { type: 'string' },
    aad: { type: 'string' },
    'key-file': { type: 'string' },
    'key-env': { type: 'string' },
    'master-file': { type: 'string' },
    'master-env': { type: 'string' },
    project: { type: 'string' },
    as: { type: 'string' },
    folder: { type: 'string' },
    tags: { type: 'string' },
  },
});
const [area, name, which, second] = positionals;
const Invited = z.object({
  organisation: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(64),
  email: Email,
  role: Role,
});
const ImportTarget = z.object({ project: Id, as: Email });
type AuditCommands = ReturnType<typeof auditCommands>;
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
  const { format } = values;
  if (area === 'doc' && name === 'import' && which !== undefined) return withDocuments((store) => take(which, store));
  if (area === 'doc' && command && values.all === (which === undefined))
    return withDocuments((store) => all(command, store));
  if (area === 'audit' && name === 'verify') return withAudit((store) => verifyChains(store, which));
  if (area === 'audit' && name === 'export' && which !== undefined && (format === 'csv' || format === 'json'))
    return withAudit((store) => exportChain(store, { which, format }));
  if (area === 'scrub' && name === undefined) return withFiles((store) => store.scrub(values.after));
  if (area === 'backup' && name !== undefined && which === undefined) return withFiles((store) => store.backup(name));
  if (area === 'restore' && name !== undefined && which === undefined) return withFiles((store) => store.restore(name));
  const invited = Invited.safeParse({ organisation: which, email: second, role: values.role });
  if (area === 'people' && name === 'invite' && invited.success)
    return withPeople(async (people) => console.log(await people.invite(invited.data)));
  const known = Email.safeParse(which);
  if (area === 'people' && name === 'reset-second-factor' && known.success)
    return withPeople(async (people) => console.log(await people.resetSecondFactor(known.data)));
  if (area === 'keys') return keys();
  const target = ImportTarget.safeParse(values);
  if (area === 'file' && name === 'import-seed' && which !== undefined && target.success)
    return importSeed(positionals.slice(2), target.data);
  if (area === 'file' && which !== undefined && second !== undefined) {
    if (name === 'decrypt') return said(await fileCommands.decrypt([which, second], values));
    if (name === 'open-seed') return said(await fileCommands.openSeed([which, second], values));
  }
  return told();
}

function told(): number {
  console.error(usage);
  return 2;
}

function said(line: string): number {
  console.log(line);
  return 0;
}

function keys(): Promise<number> | number {
  const isWhole = which === undefined;
  if (name === 'rotate' && isWhole) return withKeys(openMasterKeys, ({ rotate }) => printed(rotate()));
  // These look at a store that a key is missing for, too.
  if (name === 'list' && isWhole) return withKeys(openKeyRing, ({ list }) => printed(list()));
  if (name === 'forget' && which !== undefined)
    return withKeys(openKeyRing, async ({ forget }) => said(await forget(which, operator())));
  return told();
}

function withKeys(
  open: (...needs: Parameters<typeof openMasterKeys>) => Promise<KeyRing>,
  work: (commands: ReturnType<typeof keyCommands>) => Promise<number>,
): Promise<number> {
  return withStore(async (connection, config) => {
    const ring = await open(config, { connection, clock: systemClock });
    return withTrail({ connection, config }, async ({ trail }) => {
      const commands = keyCommands({ connection, ring, trail });
      await createIndexes(connection);
      return work(commands);
    });
  });
}

type Trails = { trail: Trail; log: Log };

/** What is written into the audit trail meanwhile is signed before it ends. */
async function withTrail(
  { connection, config: { dataDir, logLevel } }: { connection: Connection; config: Config },
  work: (trails: Trails) => Promise<number>,
): Promise<number> {
  const [log, clock] = [createLog(logLevel), systemClock];
  const repo = mongoAudit(connection);
  const checkpoints = await auditCheckpoints({ ...repo, directory: join(dataDir, 'audit'), clock, log });
  const trail = auditTrail({ repo, clock, log, onGrown: checkpoints.grown });
  try {
    return await work({ trail, log });
  } finally {
    await trail.settled();
    await checkpoints.flush();
  }
}

/** Whose name is written down. */
function operator(): string {
  return values.by ?? userInfo().username;
}

/** Writes lines as they come. Where what says them answers false at its end the exit code is 1. */
async function printed(lines: AsyncGenerator<string, unknown>): Promise<number> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return value === false ? 1 : 0;
    process.stdout.write(value);
  }
}

async function withStore(work: (connection: Connection, config: Config) => Promise<number>): Promise<number> {
  const config = readConfig(process.env);
  const { connection, close } = await openDatabase(config);
  try {
    return await work(connection, config);
  } finally {
    await close();
  }
}

function withDocuments(work: (store: ReturnType<typeof documentCommands>) => Promise<number>): Promise<number> {
  return withStore((connection, config) => {
    const by = operator();
    // A server may run beside this on a database of its own, but not on the embedded one.
    const fenceMs = config.mongodbUrl === undefined ? 0 : tenMinutes;
    return work(documentCommands(connection, { by, clock: () => new Date(), fenceMs }));
  });
}

function withAudit(work: (store: AuditCommands) => Promise<number>): Promise<number> {
  return withStore((connection, { dataDir }) => work(auditCommands(connection, { directory: join(dataDir, 'audit') })));
}

async function importSeed(paths: readonly string[], target: z.infer<typeof ImportTarget>): Promise<number> {
  const key = await seedKeyOf(values);
  return withStore(async (connection, config) => {
    const masterKeys = await openMasterKeys(config, { connection, clock: systemClock });
    const objects = await openStore(config.storage);
    try {
      return await withTrail({ connection, config }, async ({ trail, log }) => {
        const parts = { connection, trail, clock: systemClock, log, masterKeys, objects };
        const services = createImportServices(parts, config);
        await createIndexes(connection);
        const { import: imported } = seedImport({ ...services, trail, by: operator() });
        return saidAll(imported(paths, target, { key, more: values }));
      });
    } finally {
      await objects.close();
    }
  });
}

/** Writes what is said, as it comes; the exit code is 1 where something is not in order. */
async function saidAll(said: AsyncIterable<{ line: string; ok: boolean }>): Promise<number> {
  let wrong = 0;
  for await (const { line, ok } of said) {
    console.log(line);
    if (!ok) wrong++;
  }
  return wrong > 0 ? 1 : 0;
}

type StoreCommands = ReturnType<typeof storeCommands>;

function withFiles(work: (store: StoreCommands) => ReturnType<StoreCommands['scrub']>): Promise<number> {
  return withStore(async (connection, config) => {
    const [objects, ring] = await Promise.all([openStore(config.storage), openKeyRing(config)]);
    try {
      return await saidAll(work(storeCommands({ connection, objects, ring, clock: systemClock }, config)));
    } finally {
      await objects.close();
    }
  });
}

function withPeople(work: (people: ReturnType<typeof peopleCommands>) => Promise<void>): Promise<number> {
  return withStore((connection, config) =>
    withTrail({ connection, config }, async ({ trail, log }) => {
      const { publicUrl } = config;
      const clock = systemClock;
      const masterKeys = await openMasterKeys(config, { connection, clock });
      const mail = config.mail ? smtpMail(config.mail) : null;
      // No browser comes here: its secret is anybody's.
      const unused = { breachedPasswordsUrl: undefined, sessionSecret: randomUUID() };
      const parts = { connection, trail, events: eventBus<DomainEvent>(), clock, log, publicUrl, masterKeys };
      const people = createPeopleServices({ ...parts, ...unused, mail });
      await createIndexes(connection);
      await work(peopleCommands(people, operator()));
      return 0;
    }),
  );
}

async function verifyChains(store: AuditCommands, slug: string | undefined): Promise<number> {
  const chains = await store.chains(slug);
  if (chains.length === 0) throw new Error(slug === undefined ? 'There is no audit trail.' : noTrail(slug));
  let wrong = 0;
  for (const chain of chains) {
    const { lines, ok } = await store.verify(chain);
    for (const line of lines) process.stdout.write(line);
    if (!ok) wrong++;
  }
  return wrong > 0 ? 1 : 0;
}

async function exportChain(
  store: AuditCommands,
  { which: slug, format }: { which: string; format: 'csv' | 'json' },
): Promise<number> {
  const [chain] = await store.chains(slug);
  if (!chain) throw new Error(noTrail(slug));
  const file = values.to === undefined ? null : await open(values.to, 'wx');
  const lines = store.export(chain, format);
  if (file) for await (const line of lines) await file.write(line);
  else await pipeline(lines, process.stdout, { end: false });
  await file?.close();
  return 0;
}

function noTrail(slug: string): string {
  return `There is no audit trail of ${slug}.`;
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
