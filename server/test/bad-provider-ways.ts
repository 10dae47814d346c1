import { createHash } from 'node:crypto';
import type { SignInProblem } from '@cobench/shared/identity/sign-in';
import type { Response } from 'express';
import { SignJWT } from 'jose';
import type { Claims, Twist } from './bad-provider.ts';

type Way = { how: string; twist: Twist; problem?: SignInProblem };

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const html = (res: Response): void => void res.type('html').send('<!doctype html><p>Please sign in');
const malformed = (res: Response): void => void res.type('json').send('{"sub": ');
const redirecting = (res: Response): void => res.redirect('/jwks');
const failing = (res: Response): void => void res.status(500).json({ error: 'server_error' });
const cutting = (res: Response): void => void res.socket?.destroy();
const huge = (res: Response): void => void res.type('json').send(`{"padding":"${'x'.repeat(10_000_000)}"}`);
const hanging = (): undefined => undefined;
/** Sends headers and the beginning, and never the end. */
const stalling = (res: Response): void => void res.type('json').write('{');

const change = (change: Claims): Twist => ({ claims: (claims) => ({ ...claims, ...change }) });
const without = (name: string): Twist => ({
  claims: (claims) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)),
});
/** An ID token that says too little, so that userinfo is asked. */
const bare = (userInfo: NonNullable<Twist['userInfo']>): Twist => ({ ...without('email'), userInfo });
const hash = createHash('sha256').update('another-token').digest();
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

export const untrustworthyTokens: Way[] = [
  { how: 'alg none', twist: { idToken: (claims) => `${base64({ alg: 'none' })}.${base64(claims)}.` } },
  { how: 'alg NONE', twist: { idToken: (claims) => `${base64({ alg: 'NONE', kid: '1' })}.${base64(claims)}.` } },
  {
    how: 'a foreign key under the right id',
    twist: { idToken: (claims, { sign, keys }) => sign(claims, keys.foreign) },
  },
  {
    how: 'a key that the token brings along',
    twist: { idToken: (claims, { sign, keys }) => sign(claims, keys.foreign, { jwk: keys.foreignJwk }) },
  },
  { how: 'an unknown key id', twist: { idToken: (claims, { sign }) => sign(claims, undefined, { kid: '2' }) } },
  {
    how: 'HS256 with the public key as secret',
    twist: { idToken: (claims, { keys }) => hs256(claims, keys.publicPem) },
  },
  { how: 'HS256 with the client secret', twist: { idToken: (claims) => hs256(claims, 'shared-secret') } },
  { how: 'the signature cut off', twist: { idToken: async (claims, { sign }) => cut(await sign(claims)) } },
  {
    how: 'another payload under the signature',
    twist: { idToken: async (claims, { sign }) => swap(await sign(claims)) },
  },
  { how: 'no JWT at all', twist: { idToken: () => 'abc' } },
  { how: 'an object for a token', twist: { idToken: (claims) => claims } },
  { how: 'no ID token', twist: { idToken: () => undefined } },
  { how: 'another nonce', twist: change({ nonce: 'another' }) },
  { how: 'no nonce', twist: without('nonce') },
  { how: 'a list of nonces', twist: { claims: (claims) => ({ ...claims, nonce: [claims['nonce']] }) } },
  { how: 'another issuer', twist: change({ iss: 'https://evil.example' }) },
  { how: 'the issuer with a slash', twist: { claims: (claims) => ({ ...claims, iss: `${String(claims['iss'])}/` }) } },
  { how: 'no issuer', twist: without('iss') },
  { how: 'another audience', twist: change({ aud: 'another-client' }) },
  { how: 'no audience', twist: without('aud') },
  { how: 'several audiences without a party', twist: change({ aud: ['cobench', 'another-client'] }) },
  { how: 'another authorized party', twist: change({ azp: 'another-client' }) },
  { how: 'expired', twist: change({ exp: inSeconds(-120) }) },
  { how: 'no expiry', twist: without('exp') },
  { how: 'an expiry in words', twist: change({ exp: 'tomorrow' }) },
  { how: 'issued in the future', twist: change({ iat: inSeconds(3600) }) },
  { how: 'issued yesterday', twist: change({ iat: inSeconds(-86_400) }) },
  { how: 'no time of issue', twist: without('iat') },
  { how: 'not valid yet', twist: change({ nbf: inSeconds(3600) }) },
  { how: 'no subject', twist: without('sub') },
  { how: 'an empty subject', twist: change({ sub: '' }) },
  { how: 'a query for a subject', twist: change({ sub: { $ne: null } }) },
  { how: 'a number for a subject', twist: change({ sub: 1 }) },
  { how: 'a subject of 300 characters', twist: change({ sub: 'x'.repeat(300) }) },
  { how: 'the hash of another access token', twist: change({ at_hash: hash.subarray(0, 16).toString('base64url') }) },
  { how: 'a number for a hash', twist: change({ at_hash: 1 }) },
];

export const untrustworthyEndpoints: Way[] = [
  { how: 'the token endpoint answers HTML', twist: { tokens: (_tokens, res) => html(res) } },
  { how: 'the token endpoint answers malformed JSON', twist: { tokens: (_tokens, res) => malformed(res) } },
  { how: 'the token endpoint answers null', twist: { tokens: () => null } },
  { how: 'the token endpoint answers 10 MB', twist: { tokens: (_tokens, res) => huge(res) } },
  { how: 'the token endpoint redirects', twist: { tokens: (_tokens, res) => redirecting(res) } },
  {
    how: 'the token endpoint fails',
    twist: { tokens: (_tokens, res) => failing(res) },
    problem: 'provider-unreachable',
  },
  {
    how: 'the token endpoint hangs up',
    twist: { tokens: (_tokens, res) => cutting(res) },
    problem: 'provider-unreachable',
  },
  { how: 'tokens that are not bearer tokens', twist: { tokens: (tokens) => ({ ...tokens, token_type: 'mac' }) } },
  { how: 'no access token', twist: { tokens: ({ id_token }) => ({ id_token, token_type: 'Bearer' }) } },
  {
    how: 'the code is not good any more',
    twist: { tokens: (_tokens, res) => void res.status(400).json({ error: 'invalid_grant' }) },
    problem: 'expired',
  },
  { how: 'userinfo answers HTML', twist: bare((_claims, res) => html(res)) },
  { how: 'userinfo answers malformed JSON', twist: bare((_claims, res) => malformed(res)) },
  { how: 'userinfo answers a list', twist: bare((claims) => [claims]) },
  { how: 'userinfo is about somebody else', twist: bare((claims) => ({ ...claims, sub: 'victim' })) },
  { how: 'userinfo names nobody', twist: bare(({ sub: _sub, ...claims }) => claims) },
  { how: 'userinfo answers a query for a subject', twist: bare((claims) => ({ ...claims, sub: { $ne: null } })) },
  { how: 'userinfo answers 10 MB', twist: bare((_claims, res) => huge(res)) },
  { how: 'userinfo redirects', twist: bare((_claims, res) => redirecting(res)) },
  { how: 'userinfo refuses', twist: bare((_claims, res) => void res.status(401).json({ error: 'invalid_token' })) },
  { how: 'userinfo hangs up', twist: bare((_claims, res) => cutting(res)), problem: 'provider-unreachable' },
  { how: 'the keys are down', twist: { jwks: failing }, problem: 'provider-unreachable' },
  { how: 'the keys are HTML', twist: { jwks: html } },
  { how: 'the keys are not keys', twist: { jwks: () => ({ keys: 'none' }) } },
  { how: 'there are no keys', twist: { jwks: () => ({ keys: [] }) } },
  {
    how: 'discovery names another issuer',
    twist: { discovery: (all) => ({ ...all, issuer: 'https://evil.example' }) },
  },
  { how: 'discovery answers HTML', twist: { discovery: (_all, res) => html(res) } },
  { how: 'discovery redirects', twist: { discovery: (_all, res) => redirecting(res) } },
  { how: 'discovery lacks the keys', twist: { discovery: ({ jwks_uri: _uri, ...rest }) => rest } },
  {
    how: 'discovery leads to a script',
    twist: { discovery: (all) => ({ ...all, authorization_endpoint: 'javascript:alert(1)' }) },
  },
  { how: 'discovery fails', twist: { discovery: (_all, res) => failing(res) }, problem: 'provider-unreachable' },
  {
    how: 'the answer has a forged state',
    twist: { answer: (answer) => answer.set('state', 'forged') },
    problem: 'expired',
  },
  { how: 'the answer has no state', twist: { answer: (answer) => answer.delete('state') } },
  { how: 'the answer has two codes', twist: { answer: (answer) => answer.append('code', 'another') } },
  { how: 'the answer has no code', twist: { answer: (answer) => answer.delete('code') } },
  { how: 'the answer names another issuer', twist: { answer: (answer) => answer.set('iss', 'https://evil.example') } },
  {
    how: 'the answer lacks the issuer it promised',
    twist: { discovery: (all) => ({ ...all, authorization_response_iss_parameter_supported: true }) },
  },
  {
    how: 'the person says no',
    twist: { answer: (answer) => answer.set('error', 'access_denied') },
    problem: 'refused',
  },
  {
    how: 'the provider says that it is down',
    twist: { answer: (answer) => answer.set('error', 'temporarily_unavailable') },
    problem: 'provider-unreachable',
  },
  {
    how: 'no organisation of ours',
    twist: change({ groups: ['staff', 'cobench:acme:king', 'cobench:acme'] }),
    problem: 'no-membership',
  },
];

/** Each of these takes the three seconds that an answer may take. */
export const silentEndpoints: Way[] = [
  { how: 'discovery hangs', twist: { discovery: hanging } },
  { how: 'the token endpoint hangs', twist: { tokens: hanging } },
  { how: 'the token endpoint stalls', twist: { tokens: (_tokens, res) => stalling(res) } },
  { how: 'the keys hang', twist: { jwks: hanging } },
  { how: 'userinfo hangs', twist: bare(hanging) },
];

function hs256(claims: Claims, secret: string): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: '1' }).sign(new TextEncoder().encode(secret));
}

const cut = (token: string): string => `${token.split('.').slice(0, 2).join('.')}.`;

function swap(token: string): string {
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(String(payload), 'base64url').toString()) as Claims;
  return [header, base64({ ...claims, sub: 'victim' }), signature].join('.');
}
