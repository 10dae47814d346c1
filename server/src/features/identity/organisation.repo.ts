import type { Organisation } from '@cobench/shared/identity/identity';

/** Organisations are named by their slug in claims and by their id everywhere else. */
export type OrganisationRepo = {
  byIds(ids: readonly string[]): Promise<Organisation[]>;
  /** Makes it where its slug is new; an existing one keeps its id and name. */
  ensure(organisation: Organisation & { at: Date }): Promise<Organisation>;
};
