import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { Id, Instant } from '../ids.ts';
import { pageOf, pageQuery } from '../page.ts';
import { auditActions, auditKinds } from './actions.ts';

/** Who did it: a person in a session, a key of theirs, or somebody outside; a visitor is whoever came and was not let in. */
export const AuditedDoer = z.object({
  kind: z.enum(['person', 'key', 'provider', 'operator', 'visitor', 'system']),
  /** The person; for a key the one who made it; empty for who is no person here. */
  id: z.string(),
  name: z.string(),
  /** The session or the key it came through. */
  through: z.string(),
});

/** What it was done to; empty where it concerns no record. */
export const AuditedRecord = z.object({ kind: z.enum(auditKinds), id: z.string(), name: z.string() });

/** The fields that changed, as they were and as they are. */
const Fields = z.record(z.string(), z.unknown()).nullable();

/** One line of the audit trail. Nobody can change or delete it; `hash` covers it and the line before. */
export const AuditEntry = z
  .object({
    /** 1, 2, 3 … in each organisation, without gaps. */
    seq: z.int().min(1),
    /** Server time; never before that of the entry before. */
    at: Instant,
    by: AuditedDoer,
    action: z.enum(auditActions),
    outcome: z.enum(['done', 'refused']),
    record: AuditedRecord,
    reason: z.string(),
    before: Fields,
    after: Fields,
    /** SHA-256, hexadecimal. */
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Which entries; all of them where nothing is named. */
export const auditFilter = {
  person: Id.optional(),
  /** What sort of record it is about. */
  kind: z.enum(auditKinds).optional(),
  action: z.enum(auditActions).optional(),
  outcome: AuditEntry.shape.outcome.optional(),
  record: z.string().max(60).optional(),
  /** From this moment on. */
  from: Instant.optional(),
  /** Before this moment. */
  until: Instant.optional(),
} as const;

/** Where a chain does not hold. */
export const AuditFinding = z.object({
  /** The entry where it shows. */
  seq: z.int(),
  /** What is wrong there, in a sentence. */
  problem: z.string(),
});
export type AuditFinding = z.infer<typeof AuditFinding>;

export const AuditVerification = z
  .object({
    entries: z.int(),
    /** The hash of the newest entry; empty where there is none. */
    head: z.string(),
    /** How many signed checkpoints outside the database were compared. */
    checkpoints: z.int(),
    /** The first hundred; none where the trail is intact. */
    findings: z.array(AuditFinding),
  })
  .meta({ id: 'AuditVerification' });
export type AuditVerification = z.infer<typeof AuditVerification>;

export const auditEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/api/v1/audit',
    access: 'audit.read',
    summary: 'The audit trail of the organisation, newest first',
    input: z.strictObject({ ...auditFilter, ...pageQuery }),
    output: pageOf(AuditEntry),
  }),
  export: endpoint({
    method: 'get',
    path: '/api/v1/audit/export',
    access: 'audit.read',
    summary: 'The audit trail as a file, oldest first: CSV, or JSON with one entry a line',
    input: z.strictObject({ ...auditFilter, format: z.enum(['csv', 'json']).default('csv') }),
    output: z.string(),
    file: true,
  }),
  verify: endpoint({
    method: 'get',
    path: '/api/v1/audit/verification',
    access: 'audit.read',
    summary: 'Whether the audit trail is as it was written: every hash, every number, every signed checkpoint',
    input: z.strictObject({}),
    output: AuditVerification,
  }),
};
