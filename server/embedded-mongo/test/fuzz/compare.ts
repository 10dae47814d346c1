import { agree, toText, type Case, type Outcome } from './case.ts';
import { cases } from './cases.ts';
import { isAmbiguous, isKnown } from './known-differences.ts';
import { askOurs } from './ours.ts';
import { Reference } from './reference.ts';
import { shrink } from './shrink.ts';

export type Run = {
  url: string;
  seed: number;
  count: number;
  /** Stops after so many disagreements. */
  most: number;
  say(line: string): void;
};

/** Asks both engines the same and reports where they differ, each disagreement shrunk and ready for `kept.ts`. */
export async function compareEngines(run: Run) {
  await using reference = new Reference(run.url);
  const tally = { agreed: 0, errors: 0, refused: 0, known: 0 };
  const disagreements: string[] = [];
  /** Whether a smaller case shows the same kind of disagreement. */
  const differs = async (one: Case, kind: string): Promise<boolean> => {
    const ours = safely(one);
    const theirs = await reference.ask(one);
    return !agree(one, ours, theirs) && !isKnown(one, ours, theirs) && kindOf(ours, theirs) === kind;
  };
  let n = 0;
  for (const one of cases(run.seed)) {
    if (n++ >= run.count || disagreements.length >= run.most) break;
    if (n % 10_000 === 0) run.say(`${n} cases: ${JSON.stringify(tally)}`);
    const ours = safely(one);
    if ('refused' in ours) {
      tally.refused++;
      continue;
    }
    const theirs = await reference.ask(one);
    if (agree(one, ours, theirs)) tally['code' in ours ? 'errors' : 'agreed']++;
    else if (isKnown(one, ours, theirs)) tally.known++;
    else {
      const small = await shrink(one, (smaller) => differs(smaller, kindOf(ours, theirs)));
      const [mine, other] = [safely(small), await reference.ask(small)];
      if (isAmbiguous(small, mine, other)) tally.known++;
      else {
        disagreements.push(describe(small, mine, other));
        run.say(disagreements.at(-1) ?? '');
      }
    }
  }
  run.say(`seed ${run.seed}, ${n - 1} cases: ${JSON.stringify(tally)}, ${disagreements.length} disagreements`);
  return { tally, disagreements };
}

/** An exception that is no answer is shown as one, so that it is shrunk too. */
function safely(one: Case): Outcome {
  try {
    return askOurs(one);
  } catch (error) {
    return { code: -1, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const kindOf = (...outcomes: Outcome[]): string =>
  outcomes.map((outcome) => ('code' in outcome ? outcome.code : Object.keys(outcome).join())).join();

function describe(one: Case, ours: Outcome, theirs: Outcome): string {
  return [
    `  { kind: '${one.kind}', given: '${toText(one.given)}', expected: ${said(theirs)} },`,
    `    ours: ${said(ours)}`,
  ].join('\n');
}

function said(outcome: Outcome): string {
  if ('documents' in outcome) return `{ documents: '${toText(new Map([['', outcome.documents]]))}' }`;
  return 'code' in outcome
    ? `{ code: ${outcome.code} } /* ${outcome.message.slice(0, 300)} */`
    : `refused: ${outcome.refused}`;
}
