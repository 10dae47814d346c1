import { largestFile } from '@cobench/shared/files/file';
import type { FileLimits, FileUsage } from '@cobench/shared/files/upload';
import { authorize, type Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import { inTurn } from '../../platform/in-turn.ts';
import type { Trail } from '../audit/index.ts';
import { bytesInWords } from './bytes-in-words.ts';
import type { Counted, Counts, UsageRepo, Whose } from './usage.repo.ts';

type Deps = { repo: UsageRepo; trail: Trail };
export type UsageService = ReturnType<typeof usageService>;

/** A browser that takes thousands of files has them wait; so many uploads of one person are under way at most. */
export const mostUploads = 2000;

const unlimited: FileLimits = { organisation: null, person: null, largestFile, revision: 0 };
const whoseIs = ({ orgId, personId }: Whose): Whose => ({ orgId, personId });

/** What is kept and what may be. What an upload will need is set aside before its first byte is taken. */
export function usageService({ repo, trail }: Deps) {
  const limitsOf = async (orgId: string): Promise<FileLimits> => (await repo.limits(orgId)) ?? unlimited;
  const told = ({ organisation, person, largestFile: largest }: FileLimits) => ({
    id: 'limits',
    name: 'files',
    organisation,
    person,
    largestFile: largest,
  });

  const turn = inTurn();

  return {
    /**
     * Transactions that change the counters of one organisation, one after another: at once they would be in each
     * other's way, and done again. Between processes the store sees to that.
     */
    inTurn: <T>({ orgId }: Whose, change: () => Promise<T>): Promise<T> => turn(orgId, change),

    async usage(actor: Actor): Promise<FileUsage> {
      await authorize(actor, 'file.read');
      const [counts, limits] = await Promise.all([repo.counts(whoseIs(actor)), limitsOf(actor.orgId)]);
      const shown = ({ used, reserved }: Counted, limit: number | null) => ({ used, reserved, limit });
      return {
        organisation: shown(counts.organisation, limits.organisation),
        person: shown(counts.person, limits.person),
        largestFile: limits.largestFile,
      };
    },

    async limits(actor: Actor): Promise<FileLimits> {
      await authorize(actor, 'organisation.manage');
      return limitsOf(actor.orgId);
    },

    /** @throws Fault `edit.conflict` */
    async editLimits(actor: Actor, limits: FileLimits): Promise<FileLimits> {
      await authorize(actor, 'organisation.manage');
      const { orgId } = actor;
      const written = await trail.record(actor, 'file.limits', {
        before: async () => told(await limitsOf(orgId)),
        change: () => repo.setLimits(orgId, limits),
        told,
      });
      if (!written) throw new Fault('edit.conflict');
      return written;
    },

    /** Before `reserve`, and outside of its transaction. */
    prepare: (of: Whose): Promise<void> => repo.prepare(of),

    /**
     * Sets aside what an upload will need; part of the transaction that it is called in.
     * @throws Fault `quota.exceeded` with the numbers, and nothing is set aside
     */
    async reserve(of: Whose, size: number): Promise<void> {
      const limits = await limitsOf(of.orgId);
      requireWithin(await repo.count(of, { reserved: size, uploads: 1 }), limits, size);
    },

    /** Whether what is set aside still fits: limits may have been lowered since. @throws Fault `quota.exceeded` */
    async requireStillWithin(of: Whose): Promise<void> {
      const [counts, limits] = await Promise.all([repo.counts(of), limitsOf(of.orgId)]);
      requireWithin(counts, limits, 0);
    },

    /** What was set aside is kept now, or is free again where nothing came of it. */
    async settle(of: Whose, { reserved, used }: { reserved: number; used: number }): Promise<void> {
      await repo.add(of, { reserved: -reserved, used, uploads: -1 });
    },

    /** Versions were removed for good; part of the transaction that removes them. */
    async freed(orgId: string, versions: readonly { uploadedBy: string; size: number }[]): Promise<void> {
      for (const { uploadedBy: personId, size } of versions) await repo.add({ orgId, personId }, { used: -size });
    },
  };
}

/** `size`: of the upload that asks; its own bytes are in the counts. */
function requireWithin({ organisation, person }: Counts, limits: FileLimits, size: number): void {
  const refuse = (detail: string): never => {
    throw new Fault('quota.exceeded', { detail });
  };
  if (size > limits.largestFile) {
    refuse(`It has ${bytesInWords(size)}; one file may have ${bytesInWords(limits.largestFile)}.`);
  }
  if (person.uploads > mostUploads) {
    refuse(`You have ${mostUploads} uploads under way. Finish or cancel some of them first.`);
  }
  const levels = [
    { who: 'You keep', may: 'you may keep', counts: person, limit: limits.person },
    { who: 'The organisation keeps', may: 'it may keep', counts: organisation, limit: limits.organisation },
  ];
  for (const { who, may, counts, limit } of levels) {
    const wanted = counts.used + counts.reserved;
    if (limit === null || wanted <= limit) continue;
    const now = `${who} ${bytesInWords(counts.used)} and uploads under way need ${bytesInWords(counts.reserved)}`;
    refuse(`${now}${size > 0 ? ' with this one' : ''}; ${may} ${bytesInWords(limit)}.`);
  }
}
