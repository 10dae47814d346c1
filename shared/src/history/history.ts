import { z } from 'zod';
import type { Action } from '../access/permissions.ts';
import { endpoint } from '../endpoint.ts';
import { ById, Instant, Name, Version } from '../ids.ts';
import { PersonRef } from '../identity/person-ref.ts';
import { pageOf, pageQuery } from '../page.ts';
import type { DocumentKind } from '../realtime/collab.ts';
import { EntryField } from '../notebook/properties.ts';
import { HistoryNode } from './history-node.ts';

/** States of a document are named by the number of the last record of its log that they contain; 0 is empty. */
const Seq = z.int('This is no moment of the document.').min(0, 'This is no moment of the document.');
const SeqParameter = z.coerce.number().pipe(Seq);

/** A state of a document worth going back to, and what happened since the one before it. */
export const DocumentVersion = z
  .object({
    seq: Seq,
    /** When its last change was stored. */
    at: Instant,
    /** Null for one that was kept because people paused, had worked for an hour, or went back. */
    name: z.object({ text: z.string(), by: PersonRef, at: Instant, version: Version }).nullable(),
    /** The state that was brought back with its last change. */
    restored: Seq.nullable(),
    people: z.array(PersonRef),
    added: z.int(),
    removed: z.int(),
  })
  .meta({ id: 'DocumentVersion' });
export type DocumentVersion = z.infer<typeof DocumentVersion>;

/** One person's work without a long pause, or what the server wrote for them at once. */
export const Stint = z
  .object({
    person: PersonRef,
    from: Instant,
    to: Instant,
    how: z.enum(['typed', 'imported', 'restored']),
  })
  .meta({ id: 'Stint' });
export type Stint = z.infer<typeof Stint>;

/** Title, tags and fields as they were, as far as they can be shown. Run notes have none. */
export const PastProperties = z
  .object({
    title: z.string(),
    tags: z.array(z.string()),
    fields: z.array(EntryField),
    /** Whom fields of the kind person name. */
    people: z.array(PersonRef),
  })
  .meta({ id: 'PastProperties' });
export type PastProperties = z.infer<typeof PastProperties>;

/** A past state with who wrote what: `by` of its nodes is an index into `authors`. */
export const DocumentState = z
  .object({
    seq: Seq,
    lastSeq: Seq,
    at: Instant.nullable(),
    document: HistoryNode,
    authors: z.array(Stint),
    properties: PastProperties,
  })
  .meta({ id: 'DocumentState' });
export type DocumentState = z.infer<typeof DocumentState>;

const happened = { person: PersonRef, at: Instant, seq: Seq };
export const DocumentActivity = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.enum(['typed', 'imported']),
      ...happened,
      since: Instant,
      /** What the entry was called afterwards, where that changed. */
      title: z.string().nullable(),
      added: z.int(),
      removed: z.int(),
    }),
    z.object({ kind: z.literal('restored'), ...happened, restored: Seq }),
    z.object({ kind: z.literal('named'), ...happened, name: z.string() }),
  ])
  .meta({ id: 'DocumentActivity' });
export type DocumentActivity = z.infer<typeof DocumentActivity>;

/** Changes as they were stored, for replay; `changes` is base64 of `encodeChanges`. */
export const ChangePage = z
  .object({ people: z.array(PersonRef), seq: Seq, lastSeq: Seq, changes: z.base64() })
  .meta({ id: 'ChangePage' });
export type ChangePage = z.infer<typeof ChangePage>;

type Of = { base: `/api/v1/${string}`; what: string; read: Action; write: Action };

const historyOf = ({ base, what, read, write }: Of) => ({
  versions: endpoint({
    method: 'get',
    path: `${base}/versions`,
    access: read,
    summary: `Versions of ${what}, newest first`,
    input: ById.extend(pageQuery),
    output: pageOf(DocumentVersion),
  }),
  nameVersion: endpoint({
    method: 'post',
    path: `${base}/versions`,
    access: write,
    summary: `Give a state of ${what} a name; without a number, the newest`,
    input: ById.extend({ name: Name, seq: Seq.optional() }),
    output: DocumentVersion,
    status: 201,
  }),
  renameVersion: endpoint({
    method: 'patch',
    path: `${base}/versions/:seq`,
    access: write,
    summary: `Rename a version of ${what}`,
    input: ById.extend({ seq: SeqParameter, name: Name, version: Version }),
    output: DocumentVersion,
  }),
  state: endpoint({
    method: 'get',
    path: `${base}/state`,
    access: read,
    summary: `A past state of ${what} with who wrote what; without a number, the newest`,
    input: ById.extend({ seq: SeqParameter.optional() }),
    output: DocumentState,
  }),
  restore: endpoint({
    method: 'post',
    path: `${base}/restore`,
    access: write,
    summary: `Bring a past state of ${what} back, as a new change; answers the state it led to`,
    input: ById.extend({
      seq: Seq,
      /** Take back only what happened up to this state: what came later stays. */
      until: Seq.optional(),
    }),
    output: z.object({
      seq: Seq,
      /** False where the document was in that state already. */
      changed: z.boolean(),
    }),
  }),
  changes: endpoint({
    method: 'get',
    path: `${base}/changes`,
    access: read,
    summary: `Every change of ${what} after a number, for replay`,
    input: ById.extend({
      after: SeqParameter.default(0),
      limit: z.coerce.number().int().min(1).max(2000).default(1000),
    }),
    output: ChangePage,
  }),
  activity: endpoint({
    method: 'get',
    path: `${base}/activity`,
    access: read,
    summary: `Who did what with ${what} when, newest first`,
    input: ById.extend(pageQuery),
    output: pageOf(DocumentActivity),
  }),
});

export const entryHistoryEndpoints = historyOf({
  base: '/api/v1/entries/:id/history',
  what: 'an entry',
  read: 'entry.read',
  write: 'entry.edit',
});

export const runHistoryEndpoints = historyOf({
  base: '/api/v1/runs/:id/notes/history',
  what: 'the notes of a run',
  read: 'run.read',
  write: 'run.note',
});

/** The same endpoints for each kind of document. */
export const historyEndpoints = {
  entry: entryHistoryEndpoints,
  run: runHistoryEndpoints,
} as const satisfies Record<DocumentKind, unknown>;
