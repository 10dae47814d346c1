import type { Person } from '@cobench/shared/identity/identity';

/** Who somebody is: the subject of a provider, never an e-mail address (those change hands). */
export type Subject = { realm: string; subject: string };

export type PersonRepo = {
  find(id: string): Promise<Person | null>;
  findBySubject(subject: Subject): Promise<Person | null>;
  namesOf(ids: readonly string[]): Promise<Map<string, string>>;
  /** Makes the person or brings name and e-mail up to date; an existing one keeps its id. */
  save(subject: Subject, person: Person & { at: Date }): Promise<Person>;
};
