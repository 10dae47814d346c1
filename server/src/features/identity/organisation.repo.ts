import type { Organisation, OrganisationSettings } from '@cobench/shared/identity/identity';

export type OrganisationChange = Partial<Pick<OrganisationSettings, 'name' | 'policies'>>;

/** Organisations are named by their slug in claims and by their id everywhere else. */
export type OrganisationRepo = {
  byIds(ids: readonly string[]): Promise<Organisation[]>;
  /** Makes it where its slug is new; an existing one keeps its id and name. */
  ensure(organisation: Organisation & { at: Date }): Promise<Organisation>;
  settings(id: string): Promise<OrganisationSettings | null>;
  /** Null where `version` is stale: somebody else was faster. */
  edit(id: string, change: OrganisationChange & { version: number }): Promise<OrganisationSettings | null>;
  /** Those that keep the points of runs for some days, and not for ever. */
  keepingPoints(): Promise<{ orgId: string; name: string; days: number }[]>;
  /** Whether one of them wants more than a password from those who work there. */
  asksSecondFactor(...ids: string[]): Promise<boolean>;
};
