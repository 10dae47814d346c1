import type { Attachment } from '@cobench/shared/files/file';
import type { Actor } from '../../platform/access.ts';
import { invalidField } from '../../platform/fault.ts';
import { referenced } from '../../platform/reference.ts';

type Get = (actor: Actor, ref: { id: string }) => Promise<{ projectId: string }>;
type Deps = {
  projects: { get(actor: Actor, ref: { id: string }): Promise<unknown> };
  runs: { get: Get };
  entries: { get: Get };
};
/** What files belong to: a project, and runs and entries of it. */
export type Owners = ReturnType<typeof fileOwners>;

export function fileOwners({ projects, runs, entries }: Deps) {
  const getters: Record<Attachment['kind'], Get> = { run: runs.get, entry: entries.get };
  return {
    project: projects.get,

    /** @throws Fault `input.invalid` at the field where the record does not exist for the actor, or is of another project */
    async requireIn(actor: Actor, projectId: string, { of, field }: { of: Attachment; field: string }): Promise<void> {
      const record = await referenced(field, getters[of.kind](actor, { id: of.id }));
      if (record.projectId !== projectId) throw invalidField(field, 'It belongs to another project than the file.');
    },
  };
}
