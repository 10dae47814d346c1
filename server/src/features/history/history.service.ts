import type { Action } from '@cobench/shared/access/permissions';
import { encodeChanges } from '@cobench/shared/history/changes';
import type { ChangePage, DocumentActivity, DocumentState, DocumentVersion } from '@cobench/shared/history/history';
import { Id } from '@cobench/shared/ids';
import type { Page } from '@cobench/shared/page';
import type { DocumentKind } from '@cobench/shared/realtime/collab';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { Trail } from '../audit/index.ts';
import { activityOf } from './activity.ts';
import type { DocumentHistory, DocumentRef, PastVersion } from './document-history.ts';
import { pageBack } from './page-back.ts';
import { peopleNamed, type NamesOf, type People } from './people.ts';
import type { VersionName, VersionNameRepo } from './version-name.repo.ts';

type ById = { id: string };
type PageQuery = { limit: number; cursor?: string | undefined };

/** The record that a document belongs to: whoever may read it may read the document's history. */
type Owner = { get(actor: Actor, ref: ById): Promise<unknown> };

type Deps = {
  history: DocumentHistory;
  names: VersionNameRepo;
  people: { namesOf: NamesOf };
  owners: { entries: Owner; runs: Owner };
  trail: Trail;
  clock: Clock;
};
export type HistoryService = ReturnType<typeof historyService>;

/** The past of every kind of document. */
export const historyService = (deps: Deps) => ({
  entry: historyOf(deps, { kind: 'entry', owner: deps.owners.entries, write: 'entry.edit' }),
  run: historyOf(deps, { kind: 'run', owner: deps.owners.runs, write: 'run.note' }),
});

type Kind = { kind: DocumentKind; owner: Owner; write: Action };

function historyOf({ history, names, people, trail, clock }: Deps, { kind, owner, write }: Kind) {
  async function readable(actor: Actor, { id }: ById): Promise<DocumentRef> {
    await owner.get(actor, { id });
    return { orgId: actor.orgId, kind, id };
  }

  async function writable(actor: Actor, ref: ById): Promise<DocumentRef> {
    const document = await readable(actor, ref);
    await authorize(actor, write);
    return document;
  }

  async function allVersions(document: DocumentRef): Promise<DocumentVersion[]> {
    const named = await names.list(document);
    const past = await history.versions(document, { named: named.map(({ seq }) => seq), now: clock() });
    const ids = [...past.flatMap((version) => version.people), ...named.map(({ by }) => by)];
    const who = await peopleNamed(ids, people.namesOf);
    const bySeq = new Map(named.map((name) => [name.seq, name]));
    return past.map((version) => versionOf(version, bySeq.get(version.seq), who));
  }

  async function versionAt(document: DocumentRef, seq: number): Promise<DocumentVersion> {
    const found = (await allVersions(document)).find((version) => version.seq === seq);
    if (!found) throw new Fault('resource.missing');
    return found;
  }

  return {
    async versions(actor: Actor, { id, ...query }: ById & PageQuery): Promise<Page<DocumentVersion>> {
      const document = await readable(actor, { id });
      return pageBack(await allVersions(document), query);
    },

    async nameVersion(
      actor: Actor,
      { id, name: text, seq: wanted }: ById & { name: string; seq?: number | undefined },
    ): Promise<DocumentVersion> {
      const document = await writable(actor, { id });
      const last = await history.lastSeq(document);
      const seq = wanted ?? last;
      if (last === 0) throw new Fault('state.conflict', { detail: 'Nothing is written here yet.' });
      if (seq > last || seq < 1) throw noSuchMoment();
      const at = clock().toISOString();
      const insert = () => names.insert(document, { seq, text, version: 0, by: actor.personId, at });
      await trail.record(actor, 'version.name', { change: insert, told: (name) => told(document, name) });
      return versionAt(document, seq);
    },

    async renameVersion(
      actor: Actor,
      { id, seq, name: text, version }: ById & { seq: number; name: string; version: number },
    ): Promise<DocumentVersion> {
      const document = await writable(actor, { id });
      const before = await names.find(document, seq);
      if (!before) throw new Fault('resource.missing');
      const renamed = await trail.record(actor, 'version.rename', {
        before: told(document, before),
        change: () => names.rename(document, seq, { version, text }),
        told: (name) => told(document, name),
      });
      if (!renamed) throw new Fault('edit.conflict');
      return versionAt(document, seq);
    },

    async state(actor: Actor, { id, seq }: ById & { seq?: number | undefined }): Promise<DocumentState> {
      const document = await readable(actor, { id });
      const found = await history.state(document, seq);
      if (!found) throw noSuchMoment();
      const named = found.properties.fields.flatMap(({ type, value }) =>
        type === 'person' && value !== '' ? [value] : [],
      );
      const who = await peopleNamed([...found.authors.map(({ personId }) => personId), ...named], people.namesOf);
      return {
        ...found,
        at: found.at === null ? null : instant(found.at),
        properties: { ...found.properties, people: named.filter((id) => Id.safeParse(id).success).map(who) },
        authors: found.authors.map(({ personId, from, to, how }) => ({
          person: who(personId),
          from: instant(from),
          to: instant(to),
          how,
        })),
      };
    },

    async restore(
      actor: Actor,
      { id, ...states }: ById & { seq: number; until?: number | undefined },
    ): Promise<{ seq: number; changed: boolean }> {
      const document = await writable(actor, { id });
      const restored = await history.restore(document, states, actor);
      if (restored === null) throw noSuchMoment();
      return restored;
    },

    async changes(actor: Actor, { id, ...page }: ById & { after: number; limit: number }): Promise<ChangePage> {
      const document = await readable(actor, { id });
      const [records, lastSeq] = await Promise.all([history.changes(document, page), history.lastSeq(document)]);
      const ids = [...new Set(records.flatMap(({ parts }) => parts.map(({ personId }) => personId)))];
      const who = await peopleNamed(ids, people.namesOf);
      const changes = records.flatMap(({ seq, at, parts }) =>
        parts.map(({ personId, update }) => ({ seq, at: at.getTime(), person: ids.indexOf(personId), update })),
      );
      const seq = records.at(-1)?.seq ?? page.after;
      const bytes = Buffer.from(encodeChanges(changes));
      return { people: ids.map(who), seq, lastSeq: Math.max(seq, lastSeq), changes: bytes.toString('base64') };
    },

    async activity(actor: Actor, { id, ...query }: ById & PageQuery): Promise<Page<DocumentActivity>> {
      const document = await readable(actor, { id });
      const [stints, named] = await Promise.all([history.stints(document), names.list(document)]);
      const ids = [...stints.map(({ personId }) => personId), ...named.map(({ by }) => by)];
      return pageBack(activityOf(stints, named, await peopleNamed(ids, people.namesOf)), query);
    },
  };
}

function versionOf(past: PastVersion, name: VersionName | undefined, who: People): DocumentVersion {
  return {
    ...past,
    at: instant(past.at),
    people: past.people.map(who),
    name: name ? { text: name.text, by: who(name.by), at: name.at, version: name.version } : null,
  };
}

/** What the audit trail tells of a named version: the document it is of, and its name there. */
const told = ({ kind, id }: DocumentRef, { text, seq }: VersionName) => ({ id, name: text, document: kind, seq });

const instant = (ms: number): string => new Date(ms).toISOString();

const noSuchMoment = (): Fault => invalidField('seq', 'The document has no such moment.');
