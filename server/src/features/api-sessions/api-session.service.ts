import { randomBytes } from 'node:crypto';
import { accessTokenSeconds, refreshTokenDays, type TokenPair } from '@cobench/shared/identity/api-session';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import type { AccountService } from '../accounts/index.ts';
import type { Trail } from '../audit/index.ts';
import type { Identity } from '../identity/index.ts';
import type { Entrance } from '../second-factor/index.ts';
import type { AccessTokens } from './access-token.ts';
import type { RefreshTokenRepo } from './refresh-token.repo.ts';

type Credentials = { email: string; password: string; code?: string | undefined; device?: string | undefined };
type Origin = { device: string; address: string };
type Deps = {
  repo: RefreshTokenRepo;
  tokens: AccessTokens;
  accounts: Pick<AccountService, 'prove'>;
  entrance: Pick<Entrance, 'admitProgram'>;
  identity: Pick<Identity, 'sessions'>;
  trail: Trail;
  clock: Clock;
};
export type ApiSessionService = ReturnType<typeof apiSessionService>;

/** Programs that work as a person: a session that is shown by access tokens, and renewed by refresh tokens. */
export function apiSessionService({ repo, tokens, accounts, entrance, identity, trail, clock }: Deps) {
  const { sessions } = identity;

  async function pair(sessionId: string, personId: string): Promise<TokenPair> {
    const refreshToken = `cbr_${randomBytes(32).toString('base64url')}`;
    const expiresAt = new Date(clock().getTime() + refreshTokenDays * 86_400_000);
    const accessToken = await tokens.issue({ sessionId, personId });
    await repo.insert({ hash: hashOfSecret(refreshToken), sessionId, expiresAt });
    const refreshExpiresAt = expiresAt.toISOString();
    return { accessToken, expiresInSeconds: accessTokenSeconds, refreshToken, refreshExpiresAt };
  }

  /** The session that a refresh token is of, and who it acts for now; null where it is over. */
  async function sessionOf(hash: string) {
    const token = await repo.find(hash, clock());
    const actor = token && (await sessions.apiActorOf(token.sessionId));
    return token && actor ? { ...token, actor } : null;
  }

  async function endSession(actor: Actor, id: string): Promise<void> {
    const noted = { by: actor, action: 'session.end', record: { id } } as const;
    await sessions.endMatching({ personId: actor.personId, only: id }, noted);
  }

  /** Somebody has a token that was used already: its owner, or a thief. The session is over for both. */
  async function endStolen(actor: Actor, sessionId: string): Promise<never> {
    const reason = 'A refresh token came a second time.';
    trail.refused(actor, { action: 'session.begin', recordId: sessionId, reason });
    await endSession(actor, sessionId);
    throw over();
  }

  return {
    /** @throws Fault `credentials.wrong`; `second-factor.required`, `second-factor.wrong`; `access.denied` for who may work nowhere. */
    async begin({ email, password, code, device }: Credentials, origin: Origin): Promise<TokenPair> {
      const proven = await accounts.prove({ email, password }, origin.address);
      const place = { ...origin, device: device ?? origin.device };
      return pair(await entrance.admitProgram(proven, code, place), proven.personId);
    },

    /** The next pair. @throws Fault `auth.required` where the session is over, or the token came before: then it is over. */
    async renew(refreshToken: string): Promise<TokenPair> {
      const hash = hashOfSecret(refreshToken);
      const session = await sessionOf(hash);
      if (!session) throw over();
      const { sessionId, usedAt, actor } = session;
      if (usedAt !== null || !(await repo.use(hash, clock()))) return endStolen(actor, sessionId);
      if (!(await sessions.renewApi(sessionId))) throw over();
      return pair(sessionId, actor.personId);
    },

    async end(refreshToken: string): Promise<Record<string, never>> {
      const session = await sessionOf(hashOfSecret(refreshToken));
      if (session) await endSession(session.actor, session.sessionId);
      return {};
    },
  };
}

const over = (): Fault => new Fault('auth.required', { detail: 'This session is over. Sign in again.' });
