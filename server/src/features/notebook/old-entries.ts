import { propertiesOf, retitled } from './document.ts';
import { recorded } from './entry-record.ts';
import type { EntryRepo } from './entry.repo.ts';

type EntryRef = { orgId: string; id: string };

export type OldDocuments = {
  read(entry: EntryRef): Promise<Uint8Array>;
  /** Appends to a document that nobody has open; null for nothing. */
  amend(entry: EntryRef, by: { personId: string }, change: (content: Uint8Array) => Uint8Array | null): Promise<void>;
};

type Parts = { repo: Pick<EntryRepo, 'someWithoutProperties' | 'giveProperties'>; documents: OldDocuments };

/**
 * Puts the titles of entries from before titles were in documents there, at the start, before anybody can open one. An
 * entry is done when its record has properties; stopped in between, it goes on where it was, and writes no title twice.
 */
export async function giveTitlesToDocuments({ repo, documents }: Parts): Promise<void> {
  for (
    let some = await repo.someWithoutProperties(100);
    some.length > 0;
    some = await repo.someWithoutProperties(100)
  ) {
    for (const { orgId, id, title, createdBy } of some) {
      const entry = { orgId, id };
      await documents.amend(entry, { personId: createdBy }, (content) =>
        propertiesOf(content).properties.title === '' ? retitled(content, title) : null,
      );
      const reading = propertiesOf(await documents.read(entry));
      await repo.giveProperties(orgId, id, recorded(reading, new Map()));
    }
  }
}
