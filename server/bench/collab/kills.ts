import { setTimeout as pause } from 'node:timers/promises';
import * as Y from 'yjs';
import type { Subject } from './subjects.ts';
import { Typist } from './typist.ts';

export type Kills = { kills: number; seen: number; seenLost: number; saved: number; savedLost: number };

/** SIGKILL under typing, a new start, and a fresh reader who counts what a second person had seen or a writer was told. */
export async function kills(
  subject: Subject,
  { times, documents = 10 }: { times: number; documents?: number },
): Promise<Kills> {
  const sum: Kills = { kills: times, seen: 0, seenLost: 0, saved: 0, savedLost: 0 };
  for (let round = 0; round < times; round++) {
    const urls = await subject.documents(documents);
    const rooms = await Promise.all(
      urls.map((url, document) =>
        Promise.all(
          [0, 1, 2].map((seat) =>
            Typist.join(url, { client: 1000 + document * 10 + seat, headers: subject.headers(seat) }),
          ),
        ),
      ),
    );
    const end = performance.now() + 1500 + Math.random() * 1000;
    while (performance.now() < end) {
      for (const room of rooms) for (const person of room) person.type();
      await pause(30);
    }
    await subject.killAndRestart();
    for (const [document, room] of rooms.entries()) {
      const reader = await Typist.join(urls[document] ?? '', { client: 1, headers: subject.headers(0) });
      const stored = Y.parseUpdateMeta(reader.content).to;
      for (const writer of room) {
        const kept = stored.get(writer.client) ?? 0;
        const seen = Math.max(...room.map((other) => other.seen.get(writer.client) ?? 0));
        sum.seen += seen;
        sum.seenLost += Math.max(0, seen - kept);
        sum.saved += writer.saved;
        sum.savedLost += Math.max(0, writer.saved - kept);
        writer.terminate();
      }
      await reader.leave();
    }
  }
  return sum;
}
