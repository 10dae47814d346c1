import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import type { Agent } from './agent.ts';

export type Claims = Record<string, unknown>;
type Keys = { own: CryptoKey; foreign: CryptoKey; publicPem: string; foreignJwk: object };
export type Signing = { keys: Keys; sign(claims: Claims, key?: CryptoKey, header?: object): Promise<string> };

/** How a provider departs from the well-behaved one; each part that is named replaces the right behaviour. */
export type Twist = {
  discovery?: (document: Claims, res: Response) => unknown;
  jwks?: (res: Response) => unknown;
  /** What goes back to the browser. */
  answer?: (parameters: URLSearchParams) => void;
  claims?: (claims: Claims) => Claims;
  idToken?: (claims: Claims, signing: Signing) => unknown;
  tokens?: (tokens: Claims, res: Response) => unknown;
  userInfo?: (claims: Claims, res: Response) => unknown;
};

export type BadProvider = Awaited<ReturnType<typeof startBadProvider>>;

/** An OpenID provider that signs everybody in without a question, well or badly as `twist` says. */
export async function startBadProvider() {
  const [own, foreign] = await Promise.all([newKeys(), newKeys()]);
  const keys: Keys = {
    own: own.privateKey,
    foreign: foreign.privateKey,
    publicPem: await exportSPKI(own.publicKey),
    foreignJwk: await exportJWK(foreign.publicKey),
  };
  const sign: Signing['sign'] = (claims, key = keys.own, header = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: '1', ...header }).sign(key);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: '1', alg: 'RS256', use: 'sig' };

  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const state = {
    issuer,
    twist: {} as Twist,
    nonce: '',
    /** What the last token request carried. */
    exchange: {} as Record<string, string>,
    /** How many userinfo requests came. */
    asked: 0,
    sign,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };

  app.get('/.well-known/openid-configuration', (_req, res) => {
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
    };
    if (state.twist.discovery) send(res, state.twist.discovery(document, res));
    else res.json(document);
  });
  app.get('/jwks', (_req, res) => {
    if (state.twist.jwks) send(res, state.twist.jwks(res));
    else res.json({ keys: [jwk] });
  });
  app.get('/authorize', (req, res) => {
    const asked = new URL(req.url, issuer).searchParams;
    state.nonce = String(asked.get('nonce'));
    const back = new URL(String(asked.get('redirect_uri')));
    back.searchParams.set('code', 'a-code');
    back.searchParams.set('state', String(asked.get('state')));
    state.twist.answer?.(back.searchParams);
    res.redirect(back.href);
  });
  app.post('/token', express.urlencoded({ extended: false }), async (req, res) => {
    state.exchange = { ...req.body, authorization: req.headers.authorization };
    const claims = (state.twist.claims ?? same)({ ...goodClaims(issuer), nonce: state.nonce });
    const idToken = await (state.twist.idToken ?? ((all) => sign(all)))(claims, { keys, sign });
    const tokens = { access_token: 'an-access-token', token_type: 'Bearer', expires_in: 60, id_token: idToken };
    if (state.twist.tokens) send(res, state.twist.tokens(tokens, res));
    else res.json(tokens);
  });
  app.get('/userinfo', (_req, res) => {
    state.asked++;
    const { sub, name, email, groups } = goodClaims(issuer);
    const claims = { sub, name, email, groups };
    if (state.twist.userInfo) send(res, state.twist.userInfo(claims, res));
    else res.json(claims);
  });
  return state;
}

/** What is right in every way. */
function goodClaims(issuer: string): Claims {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: 'cobench',
    sub: 'ada',
    iat: now,
    exp: now + 300,
    name: 'Ada Lovelace',
    email: 'ada@example.test',
    groups: ['cobench:acme:engineer'],
  };
}

const same = (claims: Claims): Claims => claims;
const newKeys = () => generateKeyPair('RS256', { extractable: true });

/** Undefined means that the twist has answered itself, or never will. */
function send(res: Response, body: unknown): void {
  if (body !== undefined) res.json(body);
}

/** Signs a browser in as somebody the provider vouches for. */
export async function signInAs(
  agent: Agent,
  provider: BadProvider,
  { sub, groups }: { sub: string; groups: string[] },
): Promise<Agent> {
  provider.twist = { claims: (claims) => ({ ...claims, sub, groups, name: `Name of ${sub}` }) };
  await agent.follow('/auth/sign-in');
  return agent;
}
