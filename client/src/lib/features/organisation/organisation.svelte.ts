import type { Problem } from '@cobench/shared/errors';
import { identityEndpoints, type OrganisationSettings, type Policies } from '@cobench/shared/identity/identity';
import { signInEndpoints, type SignInProvider } from '@cobench/shared/identity/sign-in';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { WhenSure } from '#lib/shell/confirmation.svelte.ts';

/** What an organisation is called, what it asks of its people, and who vouches for them. */
export class OrganisationPage {
  settings = $state.raw<OrganisationSettings | null>(null);
  providers = $state.raw<readonly SignInProvider[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  name = $state('');
  readonly renaming = new Submission();
  readonly changing = new Submission();
  readonly mayRename = $derived.by(
    () => this.name.trim() !== '' && this.name.trim() !== this.settings?.name && !this.renaming.busy,
  );

  readonly #whenSure: WhenSure;

  constructor(whenSure: WhenSure) {
    this.#whenSure = whenSure;
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      const [settings, { items }] = await Promise.all([
        call(identityEndpoints.organisation, {}),
        call(signInEndpoints.providers, {}),
      ]);
      this.settings = settings;
      this.name = settings.name;
      this.providers = items;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Whether it has its new name. */
  rename = (): Promise<boolean> => this.#edit(this.renaming, { name: this.name });

  /** Whether that is asked from now on. */
  async ask(change: Partial<Policies>): Promise<boolean> {
    if (!this.settings) return false;
    return this.#edit(this.changing, { policies: { ...this.settings.policies, ...change } });
  }

  async #edit(sending: Submission, change: { name?: string; policies?: Policies }): Promise<boolean> {
    const version = this.settings?.version ?? 0;
    const edited = await sending.send(() =>
      this.#whenSure(() => call(identityEndpoints.editOrganisation, { version, ...change })),
    );
    if (edited) this.settings = edited;
    else if (sending.problem?.type === 'edit.conflict') await this.#lookAgain();
    return edited !== null;
  }

  /** Somebody else was faster: what they decided is shown, what was typed stays. */
  async #lookAgain(): Promise<void> {
    const typed = this.name;
    await this.load();
    this.name = typed;
  }
}
