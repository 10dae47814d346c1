import { setTimeout as pause } from 'node:timers/promises';
import { processLoad } from '../process-load.ts';
import { quantiles } from '../quantiles.ts';
import type { Subject } from './subjects.ts';
import { Typist } from './typist.ts';

export type Load = { documents: number; typists: number; editsPerSecond: number; seconds: number };
export type Keystrokes = { p50: number; p99: number; missing: number; cpuSeconds: number; deliveries: number };

/**
 * Milliseconds from the moment a keystroke was due to each other screen, under a load that does not wait for the server
 * (no coordinated omission). The first second warms up and does not count.
 */
export async function keystrokes(
  subject: Subject,
  { documents, typists, editsPerSecond, seconds }: Load,
): Promise<Keystrokes> {
  const due = new Map<number, number[]>();
  const delays: number[] = [];
  let begun = Infinity;
  const onSeen = (_reader: Typist, writer: number, clock: number): void => {
    const at = due.get(writer)?.[clock - 1];
    if (at !== undefined && at >= begun) delays.push(performance.now() - at);
  };
  const urls = await subject.documents(documents);
  const people = await Promise.all(
    urls.flatMap((url, document) =>
      Array.from({ length: typists }, (_, seat) => {
        const client = 100_000 + document * 1000 + seat;
        due.set(client, []);
        return Typist.join(url, { client, headers: subject.headers(seat), onSeen });
      }),
    ),
  );
  const interval = (people.length * 1000) / editsPerSecond;
  const start = performance.now();
  begun = start + 1000;
  const end = begun + seconds * 1000;
  let before = processLoad(subject.pid).cpuSeconds;
  let sent = 0;
  let warm = false;
  for (let now = start; now < end; now = performance.now()) {
    if (!warm && now >= begun) {
      warm = true;
      before = processLoad(subject.pid).cpuSeconds;
    }
    for (const [seat, person] of people.entries()) {
      const times = due.get(person.client) ?? [];
      for (;;) {
        const at = start + (seat / people.length + person.clock) * interval;
        if (at > now) break;
        times.push(at);
        person.type();
        if (at >= begun) sent++;
      }
    }
    await pause(1);
  }
  const expected = sent * (typists - 1);
  const cpuSeconds = processLoad(subject.pid).cpuSeconds - before;
  const deadline = performance.now() + 5000;
  while (delays.length < expected && performance.now() < deadline) await pause(5);
  await Promise.all(people.map((person) => person.leave()));
  const [p50, p99] = quantiles(delays, [0.5, 0.99]);
  return { p50, p99, cpuSeconds, missing: expected - delays.length, deliveries: expected / seconds };
}
