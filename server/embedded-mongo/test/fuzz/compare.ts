import { agree, toText, type Case, type Outcome } from './case.ts';
import { cases } from './cases.ts';
import { isAmbiguous, knownDifference } from './known-differences.ts';
import { askOurs } from './ours.ts';
import { Reference } from './reference.ts';
import { shrink } from './shrink.ts';

type Run = {
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
  /** How often each known difference showed. */
  const known = new Map<string, number>();
  const disagreements: string[] = [];
  const note = (why: string): void => {
    tally.known++;
    known.set(why, (known.get(why) ?? 0) + 1);
  };
  /** Whether a smaller case shows the same kind of disagreement. */
  const differs = async (one: Case, kind: string): Promise<boolean> => {
    const ours = safely(one);
    const theirs = await reference.ask(one);
    return !agree(one, ours, theirs) && !knownDifference(one, ours, theirs) && kindOf(ours, theirs) === kind;
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
    if (agree(one, ours, theirs)) {
      tally['code' in ours ? 'errors' : 'agreed']++;
      continue;
    }
    const why = knownDifference(one, ours, theirs);
    if (why) note(why);
    else {
      const small = await shrink(one, (smaller) => differs(smaller, kindOf(ours, theirs)));
      const [mine, other] = [safely(small), await reference.ask(small)];
      if (isAmbiguous(small, mine, other)) note('several things are wrong at once');
      else {
        disagreements.push(describe(small, mine, other));
        run.say(disagreements.at(-1) ?? '');
      }
    }
  }
  run.say(`seed ${run.seed}, ${n - 1} cases: ${JSON.stringify(tally)}, ${disagreements.length} disagreements`);
  return { tally, known, disagreements };
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
