import type { Connection } from 'mongoose';
import { auditTrail, mongoAudit, type Trail } from '../src/features/audit/index.ts';
import { systemClock, type Clock } from '../src/platform/clock.ts';
import { createLog } from '../src/platform/log.ts';

/** The real audit trail on a test's database, without checkpoints. */
export const testTrail = (connection: Connection, clock: Clock = systemClock): Trail =>
  auditTrail({ repo: mongoAudit(connection), clock, log: createLog('silent'), onGrown: () => undefined });
