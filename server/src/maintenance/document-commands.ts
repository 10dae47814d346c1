import type { Connection } from 'mongoose';
import { mongoIdentity } from '../features/identity/index.ts';
import { entryProjection, mongoEntries } from '../features/notebook/index.ts';
import type { Clock } from '../platform/clock.ts';
import { logUpkeep } from '../realtime/collab/log-upkeep.mongo.ts';
import { mongoDocumentLog } from '../realtime/collab/log.mongo.ts';
import { documentKey, type CollabDocument } from '../realtime/collab/peer.ts';
import { exported } from './export.ts';
import { rebuild } from './rebuild.ts';
import { repair } from './repair.ts';
import { verify, type Finding, type Sources } from './verify.ts';

export type DocumentCommand = 'verify' | 'export' | 'rebuild' | 'repair' | 'compact';
/** What a command says, a line each, and whether the document is in order. */
type Said = { lines: Iterable<string> | AsyncIterable<string>; ok: boolean };

/** The commands that look after documents, on a store. `by`: who is written down as having done it. */
export function documentCommands(connection: Connection, { by, clock }: { by: string; clock: Clock }) {
  const log = mongoDocumentLog(connection);
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
    async *documents(which: string | undefined): AsyncGenerator<CollabDocument> {
      for await (const document of upkeep.documents()) {
        if (which === undefined || which === `${document.kind}/${document.id}`) yield document;
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
          if (aside.length > 0) await rebuild(rebuilding, document, act);
          const lines = aside.map((damage) => `${name}: set aside: ${inWords({ in: 'log', ...damage })}\n`);
          return { lines: lines.length > 0 ? lines : [`${name}: nothing to repair\n`], ok: true };
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
      const { seq, part, why } = finding;
      return `record ${seq}${part === null ? '' : `, update ${part + 1}`}: ${why}`;
    }
    case 'snapshot':
      return `the stored state: ${finding.why}`;
    case 'list':
      return `the list says something else: ${finding.fields.join(', ')}`;
    default:
      return finding satisfies never;
  }
}
