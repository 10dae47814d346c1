import type { AuditFinding, AuditVerification } from '@cobench/shared/audit/audit';
import { hashOf, type ChainEntry } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';

const findingsTold = 100;

/**
 * Looks whether a chain is as it was written: `entries` as the store gives them, oldest first, and what was signed about
 * it outside the store. Finds entries that were changed, removed, inserted, put in another order or cut off, also where
 * all that follow were rewritten to fit, as far back as a checkpoint reaches.
 */
export async function verified(
  entries: AsyncIterable<ChainEntry> | Iterable<ChainEntry>,
  checkpoints: readonly Checkpoint[],
): Promise<AuditVerification> {
  const findings: AuditFinding[] = [];
  const signed = Map.groupBy(checkpoints, (checkpoint) => checkpoint.seq);
  let [count, seq, head, at] = [0, 0, '', 0];
  const find = (where: number, problem: string): void => {
    if (findings.length < findingsTold) findings.push({ seq: where, problem });
  };

  for await (const entry of entries) {
    count++;
    if (entry.seq !== seq + 1) find(entry.seq, gap(seq, entry.seq));
    const hash = hashOf(entry, head);
    if (hash !== entry.hash) find(entry.seq, 'It is not what was written, or does not follow the entry before it.');
    else if (entry.at.getTime() < at) find(entry.seq, 'It is older than the entry before it.');
    const other = signed.get(entry.seq)?.find((checkpoint) => checkpoint.hash !== entry.hash);
    if (other)
      find(entry.seq, `It was another one when it was signed on ${other.at}: it or one before it was rewritten.`);
    // What follows is judged by what stands here, so that one changed entry is found once.
    [seq, head, at] = [Math.max(seq, entry.seq), entry.hash, entry.at.getTime()];
  }
  const last = checkpoints.toSorted((a, b) => b.seq - a.seq)[0];
  if (last && last.seq > seq) {
    find(seq, `The trail ends here, but entry ${last.seq} was signed on ${last.at}: it was cut off.`);
  }
  return { entries: count, head, checkpoints: checkpoints.length, findings };
}

function gap(before: number, here: number): string {
  if (here <= before) return `It stands after entry ${before}: it was inserted, or entries were put in another order.`;
  const [first, last] = [before + 1, here - 1];
  return first === last ? `Entry ${first} before it is missing.` : `Entries ${first} to ${last} before it are missing.`;
}
