import { randomUUID } from 'node:crypto';
import type { IngestAnswer } from '@cobench/shared/ingest/socket-protocol';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { z } from 'zod';
import { Denied, type Actor } from '../../platform/access.ts';
import { Fault } from '../../platform/fault.ts';
import { fieldProblems } from '../../platform/http/bind.ts';
import { asFault, problemOf } from '../../platform/http/fault-handler.ts';
import { requireShallow } from '../../platform/http/json-body.ts';
import type { Log } from '../../platform/log.ts';

const { input, output } = runEndpoints.record;
export type Record = (actor: Actor, batch: z.output<typeof input>) => Promise<z.input<typeof output>>;
type Deps = {
  /** Who sends, at most two seconds old. */
  actor: () => Promise<Actor>;
  record: Record;
  /** Where it is noted that somebody asked for what they may not. */
  trail: { refused(by: Actor, refusal: Denied): void };
  log: Log;
};
type Named = Pick<IngestAnswer, 'id' | 'batch'>;

/** Records what a message brings, by the contract of the endpoint, and answers as the endpoint would. Never rejects. */
export async function answerTo(message: Buffer, { actor, record, trail, log }: Deps): Promise<IngestAnswer> {
  let named: Named = { id: null, batch: null };
  let by: Actor | null = null;
  try {
    const told = parsed(message);
    named = { id: textOf(told, 'id'), batch: textOf(told, 'batch') };
    by = await actor();
    const batch = input.safeParse(told);
    if (!batch.success) throw new Fault('input.invalid', { errors: fieldProblems(batch.error) });
    return { ...named, receipt: output.parse(await record(by, batch.data)) };
  } catch (error) {
    const [fault, instance] = [asFault(error), randomUUID()];
    if (fault instanceof Denied && by) trail.refused(by, fault);
    if (fault.code === 'internal.fault') log.error({ err: fault.cause, requestId: instance }, 'ingest failed');
    const { retryAfterSeconds } = fault;
    return { ...named, problem: problemOf(fault, instance), ...(retryAfterSeconds && { retryAfterSeconds }) };
  }
}

function parsed(message: Buffer): unknown {
  requireShallow(message);
  try {
    return JSON.parse(message.toString());
  } catch (cause) {
    throw new Fault('input.malformed', { cause });
  }
}

function textOf(told: unknown, field: string): string | null {
  const value: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, field) : null;
  return typeof value === 'string' ? value : null;
}
