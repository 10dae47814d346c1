import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dice, type Dice } from '../../../test/collab/dice.ts';
import { hashOf, linked, noEntries, type ChainEntry, type Happening } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import { verified } from './verify.ts';

const orgId = 'org-1';
const length = 60;

const happening = (number: number): Happening => ({
  by: { kind: 'person', id: `person-${number % 3}`, name: 'Ann', through: 'session-1' },
  action: 'project.edit',
  outcome: 'done',
  record: { kind: 'project', id: `project-${number}`, name: `Project ${number}` },
  reason: '',
  before: `{"name":"Project ${number - 1}"}`,
  after: `{"name":"Project ${number}"}`,
});

/** A chain as it grew, an entry a second. */
function aChain(): ChainEntry[] {
  const entries: ChainEntry[] = [];
  for (let number = 1; number <= length; number++) {
    const now = new Date(Date.UTC(2026, 10, 21) + number * 1000);
    entries.push(...linked([happening(number)], entries.at(-1) ?? noEntries, { orgId, now }));
  }
  return entries;
}

const checkpointOf = ({ seq, hash, at }: ChainEntry): Checkpoint => ({
  orgId,
  seq,
  hash,
  at: at.toISOString(),
  signature: '',
});

/** The hashes of all entries as somebody would compute them who has rewritten some. */
function rehashed(entries: readonly ChainEntry[]): ChainEntry[] {
  let previous = '';
  return entries.map((entry) => {
    previous = hashOf(entry, previous);
    return { ...entry, hash: previous };
  });
}
const renumbered = (entries: readonly ChainEntry[]): ChainEntry[] =>
  entries.map((entry, i) => ({ ...entry, seq: i + 1 }));

const changes: ((entry: ChainEntry) => ChainEntry)[] = [
  (entry) => ({ ...entry, by: { ...entry.by, name: 'Bob' } }),
  (entry) => ({ ...entry, by: { ...entry.by, through: 'session-2' } }),
  (entry) => ({ ...entry, at: new Date(entry.at.getTime() + 1) }),
  (entry) => ({ ...entry, action: 'project.delete' }),
  (entry) => ({ ...entry, outcome: 'refused' }),
  (entry) => ({ ...entry, record: { ...entry.record, id: 'project-0' } }),
  (entry) => ({ ...entry, reason: 'because' }),
  (entry) => ({ ...entry, before: null }),
  (entry) => ({ ...entry, after: '{}' }),
  (entry) => ({ ...entry, hash: entry.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
];

/** What somebody with the database in their hands might do to a chain; `at` is the first entry that is touched. */
const tamperings: Record<string, (entries: readonly ChainEntry[], at: number, chance: Dice) => ChainEntry[]> = {
  'changes an entry': (entries, at, chance) =>
    entries.map((entry, i) => (i === at ? (changes[chance.roll(changes.length)]?.(entry) ?? entry) : entry)),
  'removes entries': (entries, at, chance) => entries.toSpliced(at, 1 + chance.roll(3)),
  'removes entries and closes the gap': (entries, at, chance) => renumbered(entries.toSpliced(at, 1 + chance.roll(3))),
  'puts two in another order': (entries, at) => swapped(entries, at),
  'puts two in another order with their numbers': (entries, at) => renumbered(swapped(entries, at)),
  'inserts an entry': (entries, at) => renumbered(entries.toSpliced(at, 0, { ...entries[at]!, reason: 'inserted' })),
  'inserts an entry under a number that is taken': (entries, at) => entries.toSpliced(at, 0, entries[at]!),
};

function swapped(entries: readonly ChainEntry[], at: number): ChainEntry[] {
  const [one, two] = [entries[at]!, entries[at + 1]!];
  return entries.toSpliced(at, 2, two, one);
}

const seqs = (findings: readonly { seq: number }[]): number[] => findings.map(({ seq }) => seq);

test('a chain as it was written is intact, with and without checkpoints', async () => {
  const entries = aChain();
  const intact = { entries: length, head: entries.at(-1)!.hash, findings: [] };
  expect(await verified(entries, [])).toEqual({ ...intact, checkpoints: 0 });
  expect(await verified(entries, entries.map(checkpointOf))).toEqual({ ...intact, checkpoints: length });
  expect(await verified([], [])).toEqual({ entries: 0, head: '', checkpoints: 0, findings: [] });
});

describe.each(Object.entries(tamperings))('who %s', (_how, tamper) => {
  test('is found where it was done, in each of 100 chains', async () => {
    for (let seed = 0; seed < 100; seed++) {
      const chance = dice(seed);
      const entries = aChain();
      const at = chance.roll(length - 4);
      const { findings } = await verified(tamper(entries, at, chance), []);
      expect(Math.min(...seqs(findings)), `seed ${seed}`).toBeGreaterThanOrEqual(at + 1);
      expect(Math.min(...seqs(findings)), `seed ${seed}`).toBeLessThanOrEqual(at + 4);
    }
  });

  test('and rewrites all that follow is found by the checkpoint, in each of 50 chains', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const chance = dice(seed);
      const entries = aChain();
      const checkpoints = [checkpointOf(entries.at(-1)!)];
      const at = chance.roll(length - 4);
      const rewritten = rehashed(renumbered(tamper(entries, at, chance)));
      const changed = rewritten.at(-1)?.hash !== entries.at(-1)!.hash;
      const { findings } = await verified(rewritten, checkpoints);
      // Whoever changed only a hash has written the same chain again.
      expect(findings.length > 0, `seed ${seed}`).toBe(changed);
    }
  });
});

test('who cuts off the end, or everything, is found by the checkpoint, in each of 100 chains', async () => {
  for (let seed = 0; seed < 100; seed++) {
    const entries = aChain();
    const left = dice(seed).roll(length);
    const { findings } = await verified(entries.slice(0, left), [checkpointOf(entries.at(-1)!)]);
    expect(findings).toEqual([{ seq: left, problem: expect.stringContaining(`entry ${length} was signed`) }]);
  }
});

test('what is changed is found once, and the rest is judged by what stands there', async () => {
  const entries = aChain().map((entry) => (entry.seq === 7 ? { ...entry, reason: 'x' } : entry));
  const { findings } = await verified(entries, []);
  expect(findings).toEqual([{ seq: 7, problem: expect.stringContaining('not what was written') }]);
});

test('time never goes back in a chain, whatever the clock does', async () => {
  const first = linked([happening(1)], noEntries, { orgId, now: new Date(5000) });
  const second = linked([happening(2)], first[0]!, { orgId, now: new Date(1000) });
  expect(second[0]!.at).toEqual(new Date(5000));
  expect((await verified([...first, ...second], [])).findings).toEqual([]);
});

test('the hash is that of the documented text, so that others can verify a chain', () => {
  const [entry] = linked([happening(1)], noEntries, { orgId, now: new Date(0) });
  const text =
    '[1,"","org-1",1,"1970-01-01T00:00:00.000Z","person","person-1","Ann","session-1","project.edit","done",' +
    '"project","project-1","Project 1","","{\\"name\\":\\"Project 0\\"}","{\\"name\\":\\"Project 1\\"}"]';
  expect(entry?.hash).toBe(createHash('sha256').update(text).digest('hex'));
});
