import { ReportedEvent } from '@cobench/shared/runs/run-event';
import { expect, test } from 'vitest';
import { ingestExamples } from './ingest-examples.ts';

const examples = ingestExamples({ origin: 'https://bench.lab.test', runId: 'r1' });

test('both examples name this run and take the key from the environment', () => {
  for (const text of [examples.curl, examples.python]) {
    expect(text).toContain('https://bench.lab.test/api/v1/runs/r1/events');
    expect(text).toContain('COBENCH_KEY');
  }
});

test('what the examples send is what the contract takes', () => {
  const sent = examples.curl.matchAll(/\{ "kind".*\}/g);
  const events = [...sent].map(([event]) => ReportedEvent.safeParse(JSON.parse(event)).success);
  expect(events).toEqual([true, true, true]);
});
