import type { Entry } from '@cobench/shared/notebook/entry';
import type { PropertyReading } from '@cobench/shared/notebook/properties';
import { peopleIn, recorded, type MemberNames, type RecordedProperties } from './entry-record.ts';
import type { EntryRepo } from './entry.repo.ts';

export type EntryRef = { orgId: string; id: string };
/** What a document says. */
export type Reading = { text: string; properties: PropertyReading };
/** What a document says after people typed in it; `seq` numbers its states. */
export type Edited = Reading & { seq: number; editedBy: string; at: Date };
export type Members = { namesOf(orgId: string, personIds: readonly string[]): Promise<MemberNames> };

/** What the records in lists take from the documents. */
export function entryProjection({ repo, members }: { repo: EntryRepo; members: Members }) {
  async function judged(orgId: string, reading: PropertyReading): Promise<RecordedProperties> {
    return recorded(reading, await members.namesOf(orgId, peopleIn(reading)));
  }

  return {
    judged,

    /** Writes down what a document says; null where the entry is gone, or the record knows a later state. */
    async write({ orgId, id }: EntryRef, { text, properties: reading, ...edit }: Edited): Promise<Entry | null> {
      const properties = await judged(orgId, reading);
      return repo.project(orgId, id, { excerpt: excerptOf(text), properties, ...edit });
    },

    /** In which fields the record says something else than its document; none where there is no such entry to be seen. */
    async differs({ orgId, id }: EntryRef, { text, properties }: Reading): Promise<string[]> {
      const entry = await repo.find(orgId, id);
      if (!entry) return [];
      const { title, tags, fields, problems } = await judged(orgId, properties);
      const should = { title, tags, fields, problems, excerpt: excerptOf(text) };
      return Object.entries(should)
        .filter(([field, value]) => JSON.stringify(entry[field as keyof typeof should]) !== JSON.stringify(value))
        .map(([field]) => field);
    },
  };
}

export const excerptOf = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);
