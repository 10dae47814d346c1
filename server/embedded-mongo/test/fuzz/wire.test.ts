import { expect, test } from 'vitest';
import { startRunning } from '../running.ts';
import { agree, toText, type Outcome } from './case.ts';
import { cases } from './cases.ts';
import { askOurs } from './ours.ts';
import { Reference } from './reference.ts';

const SEED = 5;
const CASES = 1500;

/** What happened, in few words. */
const said = (outcome: Outcome): unknown => ('documents' in outcome ? outcome.documents.length : outcome);

test('through the wire the answers are those of the language alone', async () => {
  const running = await startRunning();
  const differing: unknown[] = [];
  {
    await using engine = new Reference(running.mongo.url);
    let n = 0;
    for (const one of cases(SEED)) {
      if (n++ === CASES) break;
      const alone = askOurs(one);
      const through = await engine.ask(one);
      if (!agree(one, alone, through)) differing.push([one.kind, toText(one.given), said(alone), said(through)]);
    }
  }
  await running.stop();
  expect(differing.slice(0, 3)).toEqual([]);
}, 60_000);
