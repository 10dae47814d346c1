import type { Role } from '@cobench/shared/access/roles';
import { accountEndpoints, type Invitation } from '@cobench/shared/identity/accounts';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** The invitations that nobody has taken up yet, and the form for another one. */
export class Invitations {
  readonly list = new PagedList<Invitation>((cursor) => call(accountEndpoints.invitations, { cursor }));
  email = $state('');
  role = $state<Role>('technician');
  /** The link of the invitation that was made, where it cannot be mailed: shown once. */
  link = $state<string | null>(null);
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.email.trim() !== '' && !this.sending.busy);

  /** The invitation; null where it was refused. */
  async invite(): Promise<Invitation | null> {
    const { email, role } = this;
    const made = await this.sending.send(() => call(accountEndpoints.invite, { email, role }));
    if (!made) return null;
    const { link, ...invitation } = made;
    this.list.put(invitation);
    this.link = link;
    this.email = '';
    return invitation;
  }

  /** Rejects with `ApiError`. */
  async revoke({ id }: Invitation): Promise<void> {
    await call(accountEndpoints.revokeInvitation, { id });
    this.list.remove(id);
  }
}
