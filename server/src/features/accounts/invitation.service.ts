import { roleAllows } from '@cobench/shared/access/permissions';
import type { Role } from '@cobench/shared/access/roles';
import type { Invitation, OpenedInvitation } from '@cobench/shared/identity/accounts';
import type { SignInStep } from '@cobench/shared/identity/second-factor';
import { localRealm } from '@cobench/shared/identity/sign-in';
import type { Page } from '@cobench/shared/page';
import type { Request } from 'express';
import { authorize, type Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import type { Log } from '../../platform/log.ts';
import type { SendMail } from '../../platform/mail.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import { newId } from '../../platform/new-id.ts';
import type { Doer, Trail } from '../audit/index.ts';
import type { Identity } from '../identity/index.ts';
import type { Entrance } from '../second-factor/index.ts';
import type { AccountRepo, InvitationRecord, InvitationRepo } from './account.repo.ts';
import type { AccountService } from './account.service.ts';
import { invitationMail } from './letters.ts';
import { mailedToken } from './mailed-token.ts';
import { hashPassword } from './password.ts';

const invitationMs = 7 * 86_400_000;

type ById = { id: string };
type Deps = {
  invitations: InvitationRepo;
  accounts: AccountRepo;
  passwords: Pick<AccountService, 'requireUnknown'>;
  entrance: Pick<Entrance, 'admit'>;
  identity: Pick<Identity, 'organisationNamed' | 'addPerson' | 'addMember' | 'isMember' | 'membershipsOf' | 'roleIn'>;
  trail: Trail;
  mail: SendMail | null;
  publicUrl: string;
  clock: Clock;
  log: Log;
};
export type InvitationService = ReturnType<typeof invitationService>;

/** How people come into an organisation without its provider. */
export function invitationService(deps: Deps) {
  const { invitations, accounts, passwords, entrance, identity, trail, mail, publicUrl, clock, log } = deps;

  async function open(token: string): Promise<InvitationRecord> {
    const invitation = await invitations.findByHash(hashOfSecret(token), clock());
    if (!invitation || !(await isGood(invitation))) throw notGood();
    return invitation;
  }

  /** Whether whoever invited may still do so: nobody comes back by an invitation they made before they were put out. */
  async function isGood({ orgId, invitedById }: InvitationRecord): Promise<boolean> {
    return invitedById === '' || roleAllows(await identity.roleIn(orgId, invitedById), 'member.manage');
  }

  /** The new member and the end of the invitation, both or neither. */
  async function takeUp(invitation: InvitationRecord, person: Joining, also: () => Promise<unknown>): Promise<void> {
    const { orgId, id, role } = invitation;
    const by = { orgId, personId: person.id, name: person.name, via: { kind: 'session', sessionId: '' } } as const;
    const joined = await trail.record(by, 'member.join', {
      change: async () => {
        if (!(await isGood(invitation)) || !(await invitations.close(orgId, id, clock()))) return null;
        if (await identity.isMember(orgId, person.id)) throw alreadyThere();
        await also();
        return identity.addMember({ orgId, personId: person.id, name: person.name, email: person.email, role });
      },
      told: () => ({ id: person.id, name: person.name, role }),
      reason: `Invited by ${invitation.invitedBy} as ${invitation.email}`,
    });
    if (!joined) throw notGood();
  }

  async function send(by: string, invitation: InvitationRecord, link: string): Promise<void> {
    if (!mail) return;
    const { email: to, role, orgId } = invitation;
    const organisation = await identity.organisationNamed(orgId);
    await mail(invitationMail({ to, by, organisation, role, link }));
  }

  return {
    async list(actor: Actor, query: { limit: number; cursor?: string | undefined }): Promise<Page<Invitation>> {
      await authorize(actor, 'member.manage');
      return invitations.list(actor.orgId, { ...query, now: clock() });
    },

    /**
     * Makes an invitation and mails it; where no mail can be sent the answer has the link.
     * @throws Fault `service.unavailable` where the mail server does not take it: then there is no invitation.
     */
    async invite(actor: Actor, given: { email: string; role: Role }): Promise<Invitation & { link: string | null }> {
      await authorize(actor, 'member.manage');
      const { invitation, link } = await this.make(actor, given);
      try {
        await send(actor.name, invitation, link);
      } catch (cause) {
        log.error({ err: cause }, 'an invitation could not be mailed');
        const close = () => invitations.close(actor.orgId, invitation.id, clock());
        await trail.record(actor, 'invitation.revoke', { before: told(invitation), change: close, told: () => null });
        throw new Fault('service.unavailable', { detail: 'The mail server did not take the invitation.', cause });
      }
      return { ...invitation, link: mail ? null : link };
    },

    /** An invitation and its link, for whoever hands it over. */
    async make(by: Doer, { email, role }: { email: string; role: Role }) {
      const { token, hash } = mailedToken();
      const now = clock();
      const record = {
        id: newId(),
        orgId: by.orgId,
        email,
        role,
        invitedBy: by.name,
        invitedById: 'personId' in by ? by.personId : '',
        createdAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + invitationMs).toISOString(),
      };
      const change = () => invitations.insert({ ...record, hash });
      const invitation = await trail.record(by, 'invitation.create', { change, told });
      return { invitation, link: `${publicUrl}/sign-in/invitation#${token}` };
    },

    async revoke(actor: Actor, { id }: ById): Promise<Invitation> {
      const before = await authorize(actor, 'member.manage', (orgId) => invitations.find(orgId, id, clock()));
      const change = () => invitations.close(actor.orgId, id, clock());
      const revoked = await trail.record(actor, 'invitation.revoke', {
        before: told(before),
        change,
        told: () => null,
      });
      if (!revoked) throw new Fault('resource.missing');
      return revoked;
    },

    /** @throws Fault `input.invalid` where the link is not good (any more). */
    async opened(token: string): Promise<OpenedInvitation> {
      const { orgId, email, role } = await open(token);
      const [organisation, account] = await Promise.all([identity.organisationNamed(orgId), accounts.ofEmail(email)]);
      return { organisation, email, role, hasAccount: account !== null };
    },

    /** Makes the account of who was invited, and begins their session. @throws Fault `input.invalid`; `state.conflict` where there is one. */
    async register(
      req: Request,
      { token, name, password }: { token: string; name: string; password: string },
    ): Promise<SignInStep> {
      const invitation = await open(token);
      await passwords.requireUnknown(password);
      const { email, orgId } = invitation;
      const person = { id: newId(), name, email };
      const passwordHash = await hashPassword(password);
      const passwordSince = clock();
      await takeUp(invitation, person, async () => {
        await identity.addPerson(person);
        await accounts.insert({ personId: person.id, email, passwordHash, changedAt: passwordSince });
      });
      const who = { personId: person.id, orgId, realm: localRealm };
      return entrance.admit(req, { ...who, passwordSince, confirmedAt: passwordSince, secondFactor: false });
    },

    /** @throws Fault `input.invalid`; `state.conflict` where they have a place there already. */
    async join(actor: Actor, { token }: { token: string }): Promise<{ organisationId: string }> {
      if (actor.via.kind !== 'session') throw new Fault('resource.missing');
      const invitation = await open(token);
      const { orgId } = invitation;
      if (await identity.isMember(orgId, actor.personId)) throw alreadyThere();
      const [here] = await identity.membershipsOf(actor.personId);
      const person = { id: actor.personId, name: actor.name, email: here?.email ?? '' };
      await takeUp(invitation, person, async () => undefined);
      return { organisationId: orgId };
    },
  };
}

type Joining = { id: string; name: string; email: string };

const alreadyThere = (): Fault =>
  new Fault('state.conflict', { detail: 'You have a place in this organisation already.' });

const notGood = (): Fault =>
  invalidField('token', 'This invitation was taken up or back already, or is too old. Ask for another one.');

/** What the audit trail tells of an invitation. */
const told = ({ id, email, role }: InvitationRecord) => ({ id, name: email, role });
