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

  /** Takes the second factors of an account away, and ends its sessions. @throws where there is no such account. */
  async resetSecondFactor(email: string): Promise<void> {
    const id = await accounts.idOf(email);
    if (id === null) throw new Error(`There is no account ${email}.`);
    const [place] = await identity.placesOf(id);
    const operator = { orgId: place?.orgId ?? installationChain, outside: 'operator', name: by } as const;
    await secondFactors.takeAway(operator, { id, name: place?.name ?? email });
  },
});
