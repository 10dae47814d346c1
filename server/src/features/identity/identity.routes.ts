import { identityEndpoints } from '@cobench/shared/identity/identity';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { ApiKeyService } from './api-key.service.ts';
import type { MeService } from './me.service.ts';
import type { OrganisationService } from './organisation.service.ts';
import type { PersonalTokenService } from './personal-token.service.ts';
import type { MemberService } from './member.service.ts';

type Services = {
  me: MeService;
  organisation: OrganisationService;
  members: MemberService;
  keys: ApiKeyService;
  tokens: PersonalTokenService;
};

export function identityRoutes({ me, organisation, members, keys, tokens }: Services): Router {
  const router = Router();
  bind(router, identityEndpoints.me, me.me);
  bind(router, identityEndpoints.switchOrganisation, me.switchOrganisation);
  bind(router, identityEndpoints.endOtherSessions, me.endOtherSessions);
  bind(router, identityEndpoints.sessions, me.sessions);
  bind(router, identityEndpoints.endSession, me.endSession);
  bind(router, identityEndpoints.organisation, organisation.get);
  bind(router, identityEndpoints.editOrganisation, organisation.edit);
  bind(router, identityEndpoints.members, members.list);
  bind(router, identityEndpoints.memberSessions, members.sessions);
  bind(router, identityEndpoints.endMemberSession, members.endSession);
  bind(router, identityEndpoints.endMemberSessions, members.endSessions);
  bind(router, identityEndpoints.setRole, members.setRole);
  bind(router, identityEndpoints.disableMember, members.disable);
  bind(router, identityEndpoints.enableMember, members.enable);
  bind(router, identityEndpoints.tokens, tokens.list);
  bind(router, identityEndpoints.createToken, tokens.create);
  bind(router, identityEndpoints.revokeToken, (actor, { token: id }) => tokens.revoke(actor, { id }));
  bind(router, identityEndpoints.apiKeys, keys.list);
  bind(router, identityEndpoints.createApiKey, keys.create);
  bind(router, identityEndpoints.revokeApiKey, keys.revoke);
  return router;
}
