import { roleAllows } from '@cobench/shared/access/permissions';
import type { Role } from '@cobench/shared/access/roles';
import { invalidField } from '../../platform/fault.ts';

export type PeopleOfAlerts = {
  namesOf(orgId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What somebody may do and see in an organisation now; null where they may not work there. */
  seatOf(orgId: string, personId: string): Promise<{ role: Role; hidden: ReadonlySet<string> } | null>;
};
type Named = { projectId: string; ownerId: string; field: string };
export type NamedOwner = ReturnType<typeof namingOwner>;

/** What whoever gets the work on alerts of a project is called. @throws Fault `input.invalid` where they cannot see it or may not do it */
export function namingOwner({ namesOf, seatOf }: PeopleOfAlerts) {
  return async (orgId: string, { projectId, ownerId, field }: Named): Promise<string> => {
    const seat = await seatOf(orgId, ownerId);
    const name = (await namesOf(orgId, [ownerId])).get(ownerId);
    if (!seat || name === undefined || seat.hidden.has(projectId) || !roleAllows(seat.role, 'alert.act')) {
      throw invalidField(field, 'This person cannot work on these alerts.');
    }
    return name;
  };
}
