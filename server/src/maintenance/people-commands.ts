import type { Role } from '@cobench/shared/access/roles';
import { installationChain } from '../features/audit/index.ts';
import type { PeopleServices } from '../people-services.ts';

type Invited = { organisation: string; email: string; role: Role };

/** What whoever runs the installation does for people; `by` is their name. */
export const peopleCommands = ({ identity, invitations, accounts, secondFactors }: PeopleServices, by: string) => ({
  /** Invites somebody into an organisation, which is made where it is new: how the first administrator comes in. Answers the link. */
  async invite({ organisation, email, role }: Invited): Promise<string> {
    const { id: orgId } = await identity.ensureOrganisation({ slug: organisation });
    const { link } = await invitations.make({ orgId, outside: 'operator', name: by }, { email, role });
    return link;
  },

  /** Takes the second factors of somebody away, and ends their sessions; answers what was done. @throws where nobody, or more than one, has this address. */
  async resetSecondFactor(email: string): Promise<string> {
    const account = await accounts.idOf(email);
    const ids = account === null ? await identity.idsWithEmail(email) : [account];
    const [id] = ids;
    if (id === undefined) throw new Error(`Nobody here has the address ${email}.`);
    if (ids.length > 1) throw new Error(`${ids.length} people have the address ${email}.`);
    const places = await identity.placesOf(id);
    const orgIds = places.length > 0 ? places.map(({ orgId }) => orgId) : [installationChain];
    const operators = orgIds.map((orgId) => ({ orgId, outside: 'operator', name: by }) as const);
    const name = places[0]?.name ?? email;
    await secondFactors.takeAway(operators, { id, name });
    return `${name} has no second factor any more; every session of theirs has ended.`;
  },
});
