import { encodeChanges } from '@cobench/shared/history/changes';
import type { ChangePage, DocumentState, DocumentVersion } from '@cobench/shared/history/history';
import { bodyField } from '@cobench/shared/realtime/collab';
import { toBase64 } from 'lib0/buffer';
import * as Y from 'yjs';
import { anId } from './records.ts';

const at = '2026-11-21T10:00:00.000Z';
export const ada = { id: anId(9), name: 'Ada Byron' };
export const max = { id: anId(8), name: 'Max Born' };

export const aVersion = (over: Partial<DocumentVersion> = {}): DocumentVersion => ({
  seq: 3,
  at,
  name: null,
  restored: null,
  people: [ada],
  added: 12,
  removed: 0,
  ...over,
});

/** A state with one paragraph. */
export const aPastState = (text: string, over: Partial<DocumentState> = {}): DocumentState => ({
  seq: 3,
  lastSeq: 7,
  at,
  document: {
    type: 'doc',
    by: 0,
    content: [{ type: 'paragraph', by: 0, content: [{ type: 'text', text, by: 0 }] }],
  },
  authors: [{ person: ada, from: at, to: at, how: 'typed' }],
  properties: { title: '', tags: [], fields: [], people: [] },
  ...over,
});

/** A text that two people wrote letter by letter, taking turns, with `gapMs` between two letters; as pages of changes. */
export function aWriting(text: string, { gapMs, perPage }: { gapMs: number; perPage: number }): ChangePage[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  const line = new Y.XmlText();
  doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [line]);
    doc.getXmlFragment(bodyField).insert(0, [paragraph]);
  });
  for (const [place, letter] of text.split('').entries()) line.insert(place, letter);
  const changes = updates.map((update, index) => ({
    seq: index + 1,
    at: Date.parse(at) + index * gapMs,
    person: index % 2,
    update,
  }));
  return Array.from({ length: Math.ceil(changes.length / perPage) }, (_, page) => {
    const some = changes.slice(page * perPage, (page + 1) * perPage);
    return {
      // Each page counts its people anew.
      people: page % 2 === 0 ? [ada, max] : [max, ada],
      seq: some.at(-1)?.seq ?? 0,
      lastSeq: changes.length,
      changes: toBase64(
        encodeChanges(some.map((one) => ({ ...one, person: page % 2 === 0 ? one.person : 1 - one.person }))),
      ),
    };
  });
}
