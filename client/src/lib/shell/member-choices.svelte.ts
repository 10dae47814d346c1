import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import { roleTitle } from '@cobench/shared/access/roles';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

type Choice = { value: string; label: string; hint?: string };
const nobody: Choice = { value: '', label: 'Nobody' };

type Parts = {
  /** Who it is now; offered also where they are no member any more. */
  now?: { id: string; name: string } | null;
  /** Only those who may do this. */
  needs?: Action;
  /** Whether it may also be nobody. */
  optional: boolean;
};

/** Who may be chosen for something: the members of the organisation, and whoever it is now. */
export class MemberChoices {
  options = $state.raw<readonly Choice[]>([]);
  readonly fetching = new Submission();
  readonly #first: readonly Choice[];
  readonly #now: readonly Choice[];
  readonly #needs: Action | undefined;

  constructor({ now = null, needs, optional }: Parts) {
    this.#first = optional ? [nobody] : [];
    this.#now = now ? [{ value: now.id, label: now.name }] : [];
    this.#needs = needs;
    this.options = [...this.#first, ...this.#now];
  }

  async load(): Promise<void> {
    const needs = this.#needs;
    const page = await this.fetching.send(() => call(identityEndpoints.members, { limit: 200 }));
    if (page === null) return;
    const members = page.items
      .filter(({ disabledAt, role }) => disabledAt === null && (needs === undefined || roleAllows(role, needs)))
      .map(({ id, name, role }) => ({ value: id, label: name, hint: roleTitle[role] }));
    const left = this.#now.filter(({ value }) => !members.some((member) => member.value === value));
    this.options = [...this.#first, ...left, ...members];
  }
}
