import { expect, test } from 'vitest';
import { ReportedEvent } from '../runs/run-event.ts';
import { ingestExamples } from './examples.ts';

const examples = ingestExamples({ origin: 'https://bench.lab.test', runId: 'r1' });

test('all examples name this run and this server and take the key from the environment', () => {
  for (const text of Object.values(examples)) {
    expect(text).toContain('https://bench.lab.test');
    expect(text).toContain('r1');
    expect(text).toContain('COBENCH_KEY');
  }
});

test('what the first of them sends is what the contract takes', () => {
  const sent = examples.curl.matchAll(/\{ "kind".*\}/g);
  const events = [...sent].map(([event]) => ReportedEvent.safeParse(JSON.parse(event)).success);
  expect(events).toEqual([true, true, true]);
});
