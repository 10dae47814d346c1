import { setTimeout as pause } from 'node:timers/promises';
import * as Y from 'yjs';
import { processLoad } from '../process-load.ts';
import type { Subject } from './subjects.ts';
import { Typist } from './typist.ts';

export type Memory = {
  documents: number;
  kilobytes: number;
  perDocument: number;
  afterLeaving: number;
  leakedPerDocument: number;
};

/** Kilobytes that an open document of about 21 kB costs, what is left after everybody went, and after many visits. */
export async function memory(
  subject: Subject,
  { documents, visits }: { documents: number; visits: number },
): Promise<Memory> {
  const content = aDocument(21_000);
  const urls = await subject.documents(documents);
  const extra = await subject.documents(visits);
  await visit(subject, extra.splice(0, 600), content);
  const start = await settled(subject);
  const people = await all(urls, (url, n) => Typist.join(url, { client: 1, headers: subject.headers(n) }));
  for (const person of people) person.send(content);
  while (people.some(({ saved }) => saved < 1)) await pause(20);
  const open = await settled(subject);
  await Promise.all(people.map((person) => person.leave()));
  const left = await settled(subject);
  await visit(subject, extra, content);
  const after = await settled(subject);
  return {
    documents,
    kilobytes: content.length / 1000,
    perDocument: ((open - start) * 1024) / documents,
    afterLeaving: left / start,
    leakedPerDocument: ((after - left) * 1024) / extra.length,
  };
}

async function visit(subject: Subject, urls: string[], content: Uint8Array): Promise<void> {
  await all(urls, async (url, n) => {
    const person = await Typist.join(url, { client: 1, headers: subject.headers(n) });
    person.send(content);
    while (person.saved < 1) await pause(5);
    await person.leave();
  });
}

/** Sixteen at a time. */
async function all<T>(urls: string[], work: (url: string, n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  const left = [...urls.entries()];
  const hand = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) results.push(await work(next[1], next[0]));
  };
  await Promise.all(Array.from({ length: 16 }, hand));
  return results;
}

/** Megabytes that the server holds at rest: what came last keeps it at work for a while, and all is given back half a minute later. */
async function settled({ pid }: Subject): Promise<number> {
  await pause(45_000);
  return processLoad(pid).megabytes;
}

/** Words typed by three people in turns, one word a transaction, until the update has about this many bytes. */
function aDocument(bytes: number): Uint8Array {
  const people = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
  let update: Uint8Array = Uint8Array.of(0, 0);
  for (let word = 0; update.length < bytes; word++) {
    const doc = people[word % 3];
    if (!doc) break;
    for (let burst = 0; burst < 20; burst++) {
      const text = doc.getText('content');
      text.insert(Math.floor((((word * 31 + burst * 7) % 97) / 97) * text.length), 'annealed ');
    }
    update = Y.encodeStateAsUpdate(doc);
    for (const other of people) if (other !== doc) Y.applyUpdate(other, update);
  }
  return update;
}
