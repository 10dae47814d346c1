import { kindOf, type AuditAction, type AuditedAction } from '@cobench/shared/audit/actions';
import { z } from 'zod';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { inTurn } from '../../platform/in-turn.ts';
import type { Log } from '../../platform/log.ts';
import type { AuditRepo } from './audit.repo.ts';
import { linked, type ChainHead, type Happening } from './chain.ts';
import { changedFields } from './changed-fields.ts';

/** Who did it: an actor, or somebody outside who has no seat here. */
export type Doer =
  | Pick<Actor, 'orgId' | 'personId' | 'name' | 'via'>
  | { orgId: string; outside: 'provider' | 'operator' | 'visitor' | 'system'; name: string };

/** What is told of a record: its fields. By `id` and `name` (or `title`) it is found in the trail. */
export type Told = object;

type Change<T> = {
  /** The record as it was; null where it is being made. Asked for within the transaction where it is a question. */
  before?: Told | null | (() => Promise<Told | null>);
  /** Why, where whoever did it was asked. */
  reason?: string;
  /** Writes the change by repositories, and nothing else; null where there is nothing to change (any more). */
  change: () => Promise<T>;
  /** What is told of the result; null where the record is gone. The result itself where it is left out. */
  told?: (result: NonNullable<T>) => Told | null;
};

export type Refusal = { action: AuditAction; recordId: string; reason?: string };

/** Where everything is written down that somebody changed or was refused. */
export type Trail = {
  /**
   * Makes a change and writes its entry, both or neither. Resolves to what `change` resolved to.
   * @throws what `change` throws; Fault `edit.conflict` where other processes were faster again and again.
   */
  record<T extends object | null>(by: Doer, action: AuditedAction, change: Change<T>): Promise<T>;
  /** Notes that somebody asked for what they may not. It is written soon; whoever is refused does not wait for it. */
  refused(by: Doer, refusal: Refusal): void;
  /** Resolves when all refusals so far are written. */
  settled(): Promise<void>;
};

type Deps = { repo: AuditRepo; clock: Clock; log: Log; onGrown: (orgId: string, head: ChainHead) => void };

/** How often a change is tried again after another process was faster. */
const attempts = 100;
/** How many refusals are written at once. */
const longestBatch = 200;

export function auditTrail({ repo, clock, log, onGrown }: Deps): Trail {
  const turn = inTurn();
  const waiting = new Map<string, Happening[]>();
  const writing = new Set<Promise<void>>();

  /** One transaction of the chain at a time; `work` answers its result and what to write down about it. */
  function grow<T>(orgId: string, work: () => Promise<{ result: T; happenings: Happening[] }>): Promise<T> {
    return turn(orgId, async () => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const grown = await repo
          .together(() => step(orgId, work))
          .catch((error: unknown) => {
            if (error instanceof Overtaken) return null;
            throw error;
          });
        if (!grown) continue;
        if (grown.head) onGrown(orgId, grown.head);
        return grown.result;
      }
      throw new Fault('edit.conflict');
    });
  }

  async function step<T>(orgId: string, work: () => Promise<{ result: T; happenings: Happening[] }>) {
    // The head first: whatever `work` reads, nobody else's change came between it and the entry, however well the store
    // keeps the reads of a transaction together.
    const before = await repo.head(orgId);
    const { result, happenings } = await work();
    if (happenings.length === 0) return { result, head: null };
    const entries = linked(happenings, before, { orgId, now: clock() });
    if (!(await repo.append(entries))) throw new Overtaken();
    return { result, head: entries.at(-1) ?? null };
  }

  async function drain(orgId: string, queue: Happening[]): Promise<void> {
    while (queue.length > 0) {
      const happenings = queue.splice(0, longestBatch);
      await grow(orgId, async () => ({ result: null, happenings })).catch((err: unknown) => {
        log.error({ err, orgId, refusals: happenings }, 'refusals could not be written into the audit trail');
      });
    }
    waiting.delete(orgId);
  }

  return {
    record: (by, action, { before = null, reason = '', change, told = (result) => result }) =>
      grow(by.orgId, async () => {
        const was = typeof before === 'function' ? await before() : before;
        const result = await change();
        if (result === null) return { result, happenings: [] };
        const after = told(result);
        const record = recordOf(action, after ?? was);
        const fields = changedFields(was, after);
        return { result, happenings: [{ by: doerOf(by), action, outcome: 'done', record, reason, ...fields }] };
      }),

    refused(by, { action, recordId, reason = '' }) {
      const { orgId } = by;
      const refusal = { by: doerOf(by), action, outcome: 'refused', reason, before: null, after: null } as const;
      const happening = { ...refusal, record: { kind: kindOf(action), id: recordId, name: '' } };
      const queue = waiting.get(orgId) ?? [];
      queue.push(happening);
      if (waiting.has(orgId)) return;
      waiting.set(orgId, queue);
      const done = drain(orgId, queue).finally(() => writing.delete(done));
      writing.add(done);
    },

    async settled() {
      while (writing.size > 0) await Promise.all(writing);
    },
  };
}

/** Another process added to the chain meanwhile. */
class Overtaken extends Error {}

function recordOf(action: AuditAction, told: Told | null): Happening['record'] {
  const { id = '', name, title = '' } = Named.parse(told ?? {});
  return { kind: kindOf(action), id, name: name ?? title };
}

const Named = z.object({ id: z.string(), name: z.string(), title: z.string() }).partial();

function doerOf(by: Doer): Happening['by'] {
  if ('outside' in by) return { kind: by.outside, id: '', name: by.name, through: '' };
  const { personId: id, name, via } = by;
  return via.kind === 'session'
    ? { kind: 'person', id, name, through: via.sessionId }
    : { kind: 'key', id, name, through: via.keyId };
}
