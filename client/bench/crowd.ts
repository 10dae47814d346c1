import { setTimeout as pause } from 'node:timers/promises';
import { bodyField } from '@cobench/shared/realtime/collab';
import * as Y from 'yjs';
import type { Subject } from '../../server/bench/collab/subjects.ts';
import { Typist } from '../../server/bench/collab/typist.ts';

/** People who type five characters a second each, spread over the paragraphs of an entry, until they leave. */
export async function crowd(
  subject: Subject,
  { url, people }: { url: string; people: number },
): Promise<{ leave(): Promise<void> }> {
  const typists = await Promise.all(
    Array.from({ length: people }, (_, seat) =>
      Typist.join(url, { client: 500_000 + seat, headers: subject.headers(seat) }),
    ),
  );
  const places = endsOfParagraphs(typists[0]?.content ?? new Uint8Array());
  for (const [seat, typist] of typists.entries()) {
    const place = places[Math.floor((seat / people) * places.length)];
    if (!place) throw new Error('The entry has no paragraphs.');
    typist.goTo(place);
  }
  const leaving = new AbortController();
  const work = typists.map(async (typist, seat) => {
    await pause((seat / people) * 200);
    while (!leaving.signal.aborted && typist.open) {
      typist.type();
      typist.point();
      await pause(200);
    }
  });
  return {
    async leave() {
      leaving.abort();
      await Promise.all(work);
      await Promise.all(typists.map((typist) => typist.leave()));
    },
  };
}

/** The last character of each paragraph's text. */
function endsOfParagraphs(content: Uint8Array): Y.ID[] {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, content);
  const ends: Y.ID[] = [];
  for (const block of doc.getXmlFragment(bodyField).toArray()) {
    if (!(block instanceof Y.XmlElement) || block.nodeName !== 'paragraph') continue;
    const [text] = block.toArray();
    if (!(text instanceof Y.XmlText) || text.length === 0) continue;
    const { item } = Y.createRelativePositionFromTypeIndex(text, text.length - 1);
    if (item) ends.push(item);
  }
  return ends;
}
