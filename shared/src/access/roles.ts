import { z } from 'zod';

/** The five roles of an organisation, weakest first; a role may do all that the ones before it may. */
export const roles = ['viewer', 'technician', 'engineer', 'pi', 'admin'] as const;
export const Role = z.enum(roles).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

/** What people call a role. */
export const roleTitle = {
  viewer: 'Viewer',
  technician: 'Technician',
  engineer: 'Engineer',
  pi: 'Principal investigator',
  admin: 'Administrator',
} as const satisfies Record<Role, string>;
