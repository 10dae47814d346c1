import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import type { Role } from '@cobench/shared/access/roles';
import { Fault } from './fault.ts';

/**
 * What somebody sees of an organisation: all of it but the restricted projects that they are not among the people of.
 * Those, and what is in them, do not exist for them.
 */
export type Scope = {
  orgId: string;
  hidden: ReadonlySet<string>;
  /** Where it is there: of what belongs to projects, only what is in these. */
  only?: ReadonlySet<string>;
};

/** Who acts: a person in one of their organisations, or a machine with a key of one. */
export type Actor = Scope & {
  /** The person, or for a key the person who made it. */
  personId: string;
  name: string;
  role: Role;
  via: { kind: 'session'; sessionId: string } | { kind: 'key'; keyId: string; actions: readonly Action[] };
};

/** Whether the actor may perform an action on what they can see. A key may what its scopes name, never more. */
export function mayDo(actor: Actor, action: Action): boolean {
  if (actor.via.kind === 'key' && !actor.via.actions.includes(action)) return false;
  return roleAllows(actor.role, action);
}

/** The session of who is here in person; a key has no self to look at. @throws Fault `access.denied` */
export function sessionOf({ via }: Pick<Actor, 'via'>): string {
  if (via.kind !== 'session') throw new Fault('access.denied');
  return via.sessionId;
}

/** What somebody may see but not do. */
export class Denied extends Fault {
  readonly action: Action;
  /** The record it was about; empty where it was about none. */
  readonly recordId: string;

  constructor(action: Action, record: unknown) {
    super('access.denied');
    this.action = action;
    this.recordId = record !== null && typeof record === 'object' && 'id' in record ? String(record.id) : '';
  }
}

/**
 * The one question about rights, asked on the first line of every service, room and topic.
 * With `find` it also loads the record within the actor's organisation. One of a project that is hidden from them is missing.
 * @throws Fault `resource.missing` where there is no such record for them, `access.denied` where their role is too low.
 */
export async function authorize(actor: Actor, action: Action): Promise<undefined>;
export async function authorize<R>(
  actor: Actor,
  action: Action,
  find: (orgId: string) => Promise<R | null>,
): Promise<R>;
export async function authorize<R>(
  actor: Actor,
  action: Action,
  find?: (orgId: string) => Promise<R | null>,
): Promise<R | undefined> {
  const record = find ? await find(actor.orgId) : undefined;
  if (record === null || isHidden(record, actor)) throw new Fault('resource.missing');
  if (!mayDo(actor, action)) throw new Denied(action, record);
  return record;
}

/** Whether a record is a hidden project, or belongs to one. Ids are unique among all records. */
function isHidden(record: unknown, { hidden, only }: Scope): boolean {
  if (typeof record !== 'object' || record === null) return false;
  if (only && 'projectId' in record && !only.has(String(record.projectId))) return true;
  return ['id', 'projectId'].some((key) => hidden.has(String(Reflect.get(record, key))));
}
