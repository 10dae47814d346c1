import type { tokenScopes } from '@cobench/shared/access/scopes';
import { identityEndpoints, type ApiKey } from '@cobench/shared/identity/identity';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { NewSecret } from './new-api-key.svelte.ts';

type Scope = (typeof tokenScopes)[number];

/** One's tokens for the organisation one works in, and the form that makes another. */
export class PersonalTokens {
  readonly list = new PagedList<ApiKey>((cursor) => call(identityEndpoints.tokens, { cursor }));
  name = $state('');
  days = $state('90');
  /** Whether it may also change what its owner may change. */
  may = $state<'read' | 'write'>('read');
  /** The token that was just made: its secret is known until `forget()`. */
  made = $state.raw<NewSecret | null>(null);
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.name.trim() !== '' && !this.sending.busy);

  async create(): Promise<void> {
    const scopes: Scope[] = this.may === 'write' ? ['read', 'write'] : ['read'];
    const given = { name: this.name, scopes, expiresInDays: Number(this.days) };
    this.made = await this.sending.send(() => call(identityEndpoints.createToken, given));
    if (!this.made) return;
    const { secret: _secret, ...token } = this.made;
    this.list.put(token);
  }

  forget(): void {
    this.made = null;
    this.name = '';
    this.sending.problem = null;
  }

  /** Rejects with `ApiError`. */
  async revoke({ id }: ApiKey): Promise<void> {
    this.list.put(await call(identityEndpoints.revokeToken, { token: id }));
  }
}
