import type { Connection } from 'mongoose';
import { mongoIdentity } from '../features/identity/index.ts';
import { entryProjection, mongoEntries } from '../features/notebook/index.ts';
import type { Clock } from '../platform/clock.ts';
import { logUpkeep } from '../realtime/collab/log-upkeep.mongo.ts';
import { mongoDocumentLog } from '../realtime/collab/log.mongo.ts';
import { documentKey, type CollabDocument } from '../realtime/collab/peer.ts';
import { exported } from './export.ts';
import { imported } from './import.ts';
import { rebuild } from './rebuild.ts';
import { repair } from './repair.ts';
import { verify, type Finding, type Sources } from './verify.ts';

export type DocumentCommand = 'verify' | 'export' | 'rebuild' | 'repair' | 'compact';
/** What a command says, a line each, and whether the document is in order. */
type Said = { lines: Iterable<string> | AsyncIterable<string>; ok: boolean };

/** `by`: who is written down as having done it. `fenceMs`: see the log; 0 where no server runs. */
type Options = { by: string; clock: Clock; fenceMs: number };

/** The commands that look after documents, on a store. */
export function documentCommands(connection: Connection, { by, clock, fenceMs }: Options) {
  const log = mongoDocumentLog(connection, { fenceMs });
  const upkeep = logUpkeep(connection);
  const { memberships, people } = mongoIdentity(connection);
  const entries = entryProjection({ repo: mongoEntries(connection), members: memberships });
  const sources: Sources = {
    log,
    upkeep,
    listDiffers: async (document, reading) => (document.kind === 'entry' ? entries.differs(document, reading) : []),
  };
  const rebuilding: Parameters<typeof rebuild>[0] = {
    ...sources,
    async project(document, reading, { personId, at, seq }) {
      const names = await people.namesOf([personId]);
      const editedBy = names.get(personId) ?? '';
      if (document.kind === 'entry') await entries.write(document, { ...reading, seq, editedBy, at });
    },
  };

  return {
    /** The documents that are meant: `kind/id`, or all. */
    documents(which: string | undefined): AsyncGenerator<CollabDocument> {
      const [kind = '', id = ''] = which?.split('/') ?? [];
      return upkeep.documents(which === undefined ? undefined : { kind, id });
    },

    /** Takes in what was exported, with stored states and lists. Gives back a line for each document. */
    async *take(lines: () => AsyncIterable<string>): AsyncGenerator<string> {
      for await (const { document, seq } of imported(log, lines)) {
        await rebuild(rebuilding, document, { by, at: clock() });
        yield `${documentKey(document)}: ${seq} records\n`;
      }
    },

    async run(command: DocumentCommand, document: CollabDocument): Promise<Said> {
      const name = documentKey(document);
      const act = { by, at: clock() };
      switch (command) {
        case 'verify': {
          const { replayed, findings } = await verify(sources, document);
          const lines = findings.map((finding) => `${name}: ${inWords(finding)}\n`);
          return {
            lines: lines.length > 0 ? lines : [`${name}: ${replayed.seq} records in order\n`],
            ok: lines.length === 0,
          };
        }
        case 'export':
          return { lines: exported(log, document), ok: true };
        case 'rebuild': {
          const { seq } = await rebuild(rebuilding, document, act);
          return { lines: [`${name}: rebuilt from ${seq} records\n`], ok: true };
        }
        case 'repair': {
          const aside = await repair(sources, document, act);
          const { findings } = await verify(sources, document);
          const follows = findings.some((finding) => finding.in !== 'log');
          if (aside.length > 0 || follows) await rebuild(rebuilding, document, act);
          const lines = aside.map((damage) => `${name}: set aside: ${inWords({ in: 'log', ...damage })}\n`);
          return { lines: lines.length > 0 ? lines : [`${name}: nothing to set aside\n`], ok: true };
        }
        case 'compact': {
          const seq = await log.lastSeq(document);
          await log.compact(document, seq);
          return { lines: [`${name}: ${seq} records are in their dense form\n`], ok: true };
        }
        default:
          return command satisfies never;
      }
    },
  };
}

function inWords(finding: Finding): string {
  switch (finding.in) {
    case 'log': {
      const { from, to, part, why } = finding;
      const which = from === to ? `record ${from}` : `records ${from} to ${to}`;
      return `${which}${part === null ? '' : `, update ${part + 1}`}: ${why}`;
    }
    case 'snapshot':
      return `the stored state: ${finding.why}`;
    case 'list':
      return `the list says something else: ${finding.fields.join(', ')}`;
    default:
      return finding satisfies never;
  }
}
