import { identityEndpoints, type ApiKey } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

export type NewSecret = ApiKey & { secret: string };

/** The lifetimes offered, in days. */
export const lifetimes = [7, 30, 90, 180, 365] as const;

/** The form that makes an API key. Its secret is known to this object alone, and only until it goes. */
export class NewApiKey {
  name = $state('');
  days = $state('90');
  made = $state.raw<NewSecret | null>(null);
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.name.trim() !== '' && !this.sending.busy);

  async submit(): Promise<void> {
    this.made = await this.sending.send(() =>
      call(identityEndpoints.createApiKey, { name: this.name, expiresInDays: Number(this.days) }),
    );
  }
}
