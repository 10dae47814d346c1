import type { Role } from '@cobench/shared/access/roles';

/** Somebody who can sign in where no identity provider is configured. */
export type DemoPerson = {
  /** What the embedded provider calls them; never changes. */
  subject: string;
  name: string;
  email: string;
  organisation: { slug: string; name: string };
  role: Role;
};

export const demoPassword = 'cobench-demo';

/** The realm of the demo people: they stay the same people whatever address the embedded provider has. */
export const demoRealm = 'embedded';

const acme = { slug: 'acme-labs', name: 'Acme Labs' };
const borealis = { slug: 'borealis-institute', name: 'Borealis Institute' };

export const demoPeople: readonly DemoPerson[] = [
  person(acme, 'acme.test', 'admin', 'Amara Okafor'),
  person(acme, 'acme.test', 'pi', 'Ingrid Solberg'),
  person(acme, 'acme.test', 'engineer', 'Mateo Herrera'),
  person(acme, 'acme.test', 'technician', 'Yuki Tanaka'),
  person(acme, 'acme.test', 'viewer', 'Clara Dubois'),
  person(borealis, 'borealis.test', 'admin', 'Henrik Lindqvist'),
  person(borealis, 'borealis.test', 'pi', 'Priya Raghavan'),
  person(borealis, 'borealis.test', 'engineer', 'Tomasz Nowak'),
  person(borealis, 'borealis.test', 'technician', 'Leila Haddad'),
  person(borealis, 'borealis.test', 'viewer', 'Samuel Adeyemi'),
];

function person(organisation: DemoPerson['organisation'], domain: string, role: Role, name: string): DemoPerson {
  return { subject: `${organisation.slug}.${role}`, name, email: `${role}@${domain}`, organisation, role };
}
