import type { Action } from '@cobench/shared/access/permissions';
import { closeCode } from '@cobench/shared/realtime/collab';
import type { DomainEvents } from '../domain-events.ts';
import type { Trail } from '../features/audit/index.ts';
import type { Documents, Edited, OldDocuments } from '../features/notebook/index.ts';
import { mayDo, type Actor } from '../platform/access.ts';
import type { Clock } from '../platform/clock.ts';
import { Fault } from '../platform/fault.ts';
import type { Log } from '../platform/log.ts';
import { collabServer, type CollabServer } from './collab/collab-server.ts';
import type { FanOut } from './collab/fan-out.ts';
import type { Access, AccessAsOf } from './collab/lease.ts';
import { renewMs } from './collab/limits.ts';
import type { Followed } from './collab/followed.mongo.ts';
import type { DocumentLog } from './collab/log.ts';
import type { Meters } from './collab/meters.ts';
import type { CollabDocument, Person } from './collab/peer.ts';
import { concerns, decodeConcern, encodeConcern, type Concern } from './concern.ts';
import { SharedAnswers, type Dated } from './shared-answers.ts';

type ById = { id: string };

/** Which of some records an actor may read. @throws Fault `access.denied` where none of their kind. */
type Visible = { visibleAmong(actor: Actor, ids: readonly string[]): Promise<ReadonlySet<string>> };

/** What rooms ask the features: who somebody is now, and whether a record is theirs to see. */
export type DocumentOwners = {
  /** Whom sessions act for in an organisation, by session; one that is over is not among them. */
  actorsOf(orgId: string, sessionIds: readonly string[]): Promise<ReadonlyMap<string, Actor>>;
  entries: Visible & {
    project(entry: ById & { orgId: string }, edited: Edited): Promise<void>;
  };
  runs: Visible;
  trail: Pick<Trail, 'refused'>;
  namesOf(personIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

type Parts = {
  log: DocumentLog;
  followed: Followed;
  owners: () => DocumentOwners;
  events: DomainEvents;
  clock: Clock;
  logger: Log;
  fanOut: FanOut | null;
  meters: Meters;
};

/**
 * The documents of entries and runs: the rooms, with the rights and the lists of the features behind them. A person's tabs,
 * and all who have a document open, ask the same: they share an answer, and with it the moment at which it is renewed.
 */
export function openDocuments({ owners, events, fanOut, meters, ...parts }: Parts): CollabServer {
  const actors = new SharedAnswers<Actor | null>({ clock: parts.clock, freshMs: renewMs });
  const sharedActorOf = ({ orgId, sessionId }: Person) =>
    actors.ask(orgId, sessionId, async (sessionIds) => {
      const found = await owners().actorsOf(orgId, sessionIds);
      return (id) => found.get(id) ?? null;
    });
  const views = new SharedAnswers<View>({ clock: parts.clock, freshMs: renewMs });
  const sharedViewOf = ({ kind, id }: CollabDocument, actor: Actor) =>
    views.ask(`${kind}/${sightOf(actor)}`, id, (ids) => viewsOf(kind, ids, actor, owners()));
  const collab = collabServer({
    ...parts,
    fanOut,
    meters: {
      ...meters,
      refused(code, from) {
        meters.refused(code, from);
        if (code === closeCode.notAllowed && from) noteRefusal(from, owners());
      },
    },
    nameOf: async (personId) => (await owners().namesOf([personId])).get(personId) ?? '',
    access: (person, document) => accessTo(document, person, { actorOf: sharedActorOf, viewOf: sharedViewOf }),
    async project({ kind, orgId, id }, { editedBy, ...projection }) {
      if (kind === 'entry') await owners().entries.project({ orgId, id }, { ...projection, editedBy: editedBy.name });
    },
  });
  const recheck: CollabServer['recheck'] = (concerns) => {
    actors.forget();
    views.forget();
    return collab.recheck(concerns);
  };
  async function changed(concern: Concern): Promise<void> {
    fanOut?.tell(encodeConcern(concern));
    await recheck(concerns(concern));
  }
  events.on('sessions.ended', ({ sessionIds }) => changed({ sessionIds }));
  events.on('membership.changed', ({ orgId, personId }) => changed({ orgId, personId }));
  events.on('access.changed', ({ orgId }) => changed({ orgId }));
  events.on('entry.deleted', ({ orgId, id }) => changed({ orgId, documentId: id }));
  // The features hide what is in it first; what is judged before that may still be read.
  events.after('project.deleted', ({ orgId }) => changed({ orgId }));
  // It may have been restored: who comes back at once is not to be told what was true a moment ago.
  events.after('project.changed', ({ orgId }) => changed({ orgId }));
  fanOut?.onTold({
    told(message) {
      const concern = decodeConcern(message);
      if (concern) void recheck(concerns(concern));
    },
    missed: () => void recheck(() => true),
  });
  return collab;
}

/** The documents of entries, as their feature knows them. */
export const entryDocuments = (collab: CollabServer): Documents & OldDocuments => ({
  seed: (entry, update, by) => collab.seed({ ...entry, kind: 'entry' }, update, by),
  read: (entry) => collab.read({ ...entry, kind: 'entry' }),
  edit: (entry, by, change) => collab.edit({ ...entry, kind: 'entry' }, writerOf(by), change),
  amend: (entry, by, change) => collab.amend({ ...entry, kind: 'entry' }, by, change),
});

/** A key writes under the name of the person who made it; the log says which key it was. */
export const writerOf = ({ personId: id, name, orgId, via }: Actor): Person => ({
  id,
  name,
  orgId,
  sessionId: via.kind === 'session' ? via.sessionId : via.keyId,
});

type Asked = {
  actorOf: (person: Person) => Promise<Dated<Actor | null>>;
  viewOf: (document: CollabDocument, actor: Actor) => Promise<Dated<View>>;
};

async function accessTo(document: CollabDocument, person: Person, { actorOf, viewOf }: Asked): Promise<AccessAsOf> {
  const actor = await actorOf(person);
  if (!actor.value) return { access: 'signedOut', asOf: actor.asOf };
  const view = await viewOf(document, actor.value);
  const access = view.value === 'read' && mayDo(actor.value, writing[document.kind]) ? 'write' : view.value;
  return { access, asOf: Math.min(actor.asOf, view.asOf) };
}

/** Somebody wrote who may only read. */
function noteRefusal(
  { person, document }: { person: Person; document: CollabDocument },
  { trail }: Pick<DocumentOwners, 'trail'>,
): void {
  const { id: personId, name, orgId, sessionId } = person;
  const by = { personId, name, orgId, via: { kind: 'session', sessionId } } as const;
  trail.refused(by, { action: writing[document.kind], recordId: document.id });
}

const writing = { entry: 'entry.edit', run: 'run.note' } as const satisfies Record<CollabDocument['kind'], Action>;

/** Whoever has the same sees the same documents. */
const sightOf = ({ orgId, role, hidden }: Actor): string => `${orgId}/${role}/${[...hidden].join()}`;

/** What somebody may see of a document. */
type View = Extract<Access, 'read' | 'missing' | 'notAllowed'>;

/** The same question as over HTTP, put into the words of a room. */
async function viewsOf(
  kind: CollabDocument['kind'],
  ids: readonly string[],
  actor: Actor,
  { entries, runs }: DocumentOwners,
): Promise<(id: string) => View> {
  try {
    const visible = await (kind === 'entry' ? entries : runs).visibleAmong(actor, ids);
    return (id) => (visible.has(id) ? 'read' : 'missing');
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return () => 'notAllowed';
  }
}
