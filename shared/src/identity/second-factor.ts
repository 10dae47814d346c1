import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ById, Instant, Name } from '../ids.ts';

/** Ten are given at once; each is good once. */
export const recoveryCodeCount = 10;

const ignoringSpace = (text: string): string => text.replace(/[\s-]/g, '').toLowerCase();

/** Six digits of an authenticator app (RFC 6238), or a recovery code, as people type them. */
export const FactorCode = z
  .string()
  .max(40)
  .transform(ignoringSpace)
  .pipe(z.string().regex(/^(\d{6}|[a-z2-7]{16})$/, 'Six digits, or a recovery code of sixteen letters and digits.'));

/** What a browser answers about a passkey (WebAuthn, section 5.1). What it holds is checked where it is verified. */
const bytes = z
  .string()
  .max(16_384)
  .regex(/^[\w-]*$/);
const common = {
  id: bytes.min(1).max(1400),
  rawId: bytes.max(1400),
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
};
export const PasskeyTransports = z
  .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
  .max(7);
export const NewPasskey = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: PasskeyTransports.optional().catch(undefined),
  }),
});
export type NewPasskey = z.infer<typeof NewPasskey>;
export const PasskeyProof = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.optional(),
  }),
});
export type PasskeyProof = z.infer<typeof PasskeyProof>;

/** What a browser is asked with; it goes to the browser as it is. */
const BrowserOptions = z.record(z.string(), z.unknown()).meta({ id: 'PasskeyOptions' });

export const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: Instant,
    lastUsedAt: Instant.nullable(),
    /** Whether its owner's devices share it. */
    isSynced: z.boolean(),
  })
  .meta({ id: 'Passkey' });
export type Passkey = z.infer<typeof Passkey>;

/** What somebody shows besides their password. */
export const SecondFactors = z
  .object({
    /** Since when they use an authenticator app. */
    authenticatorSince: Instant.nullable(),
    passkeys: z.array(Passkey),
    recoveryCodesLeft: z.int(),
    /** Whether an organisation of theirs asks for a second factor. */
    isRequired: z.boolean(),
    /** Whether passkeys work at the address of this installation: a browser wants a name, not a number. */
    passkeysWork: z.boolean(),
  })
  .meta({ id: 'SecondFactors' });
export type SecondFactors = z.infer<typeof SecondFactors>;

/** How far a sign-in came: into a session, or up to a second factor that is to be shown or set up. */
export const SignInStep = z
  .enum(['signed-in', 'show-second-factor', 'set-up-second-factor'])
  .meta({ id: 'SignInStep' });
export type SignInStep = z.infer<typeof SignInStep>;

/** Codes to keep on paper, shown once; empty where there are some already. */
const FreshCodes = z.object({ recoveryCodes: z.array(z.string()) });
const nothing = z.object({});
const PasskeyId = z.strictObject({ passkey: common.id });

export const secondFactorEndpoints = {
  waiting: endpoint({
    method: 'get',
    path: '/api/v1/sign-in/second-factor',
    access: 'anybody',
    summary: 'The sign-in of this browser that waits for a second factor; null where none does',
    input: z.strictObject({}),
    output: z.object({
      waiting: z
        .object({ step: SignInStep, name: z.string(), hasAuthenticator: z.boolean(), hasPasskey: z.boolean() })
        .nullable(),
    }),
  }),
  showCode: endpoint({
    method: 'post',
    path: '/api/v1/sign-in/second-factor',
    access: 'anybody',
    summary: 'Finish signing in with a code of an authenticator app, or a recovery code',
    input: z.strictObject({ code: FactorCode }),
    output: nothing,
  }),
  askPasskey: endpoint({
    method: 'post',
    path: '/api/v1/sign-in/passkey-options',
    access: 'anybody',
    summary: 'What to ask the browser with for a passkey',
    input: z.strictObject({}),
    output: BrowserOptions,
  }),
  showPasskey: endpoint({
    method: 'post',
    path: '/api/v1/sign-in/passkey',
    access: 'anybody',
    summary: 'Sign in with a passkey of an account, or finish signing in with one',
    input: z.strictObject({ passkey: PasskeyProof }),
    output: nothing,
  }),
  mine: endpoint({
    method: 'get',
    path: '/api/v1/me/second-factors',
    access: 'signed-in',
    summary: 'My second factors',
    input: z.strictObject({}),
    output: SecondFactors,
  }),
  confirm: endpoint({
    method: 'post',
    path: '/api/v1/me/confirm',
    access: 'signed-in',
    summary: 'Show that I am still who signed in: with my password, a code or a passkey. It holds for fifteen minutes',
    input: z.strictObject({
      password: z.string().min(1).max(200).optional(),
      code: FactorCode.optional(),
      passkey: PasskeyProof.optional(),
    }),
    output: nothing,
  }),
  newAuthenticator: endpoint({
    method: 'post',
    path: '/api/v1/me/authenticator/secret',
    access: 'signed-in',
    summary: 'A new secret for an authenticator app; nothing is kept of it yet',
    input: z.strictObject({}),
    output: z.object({ secret: z.string(), uri: z.string() }),
  }),
  addAuthenticator: endpoint({
    method: 'post',
    path: '/api/v1/me/authenticator',
    access: 'signed-in',
    summary: 'Use an authenticator app from now on; its first code shows that it works',
    input: z.strictObject({
      secret: z.string().regex(/^[A-Z2-7]{32}$/),
      code: FactorCode,
    }),
    output: FreshCodes,
    status: 201,
  }),
  removeAuthenticator: endpoint({
    method: 'post',
    path: '/api/v1/me/authenticator/remove',
    access: 'signed-in',
    summary: 'Use no authenticator app any more',
    input: z.strictObject({}),
    output: nothing,
  }),
  newPasskey: endpoint({
    method: 'post',
    path: '/api/v1/me/passkeys/options',
    access: 'signed-in',
    summary: 'What to ask the browser with for a new passkey',
    input: z.strictObject({}),
    output: BrowserOptions,
  }),
  addPasskey: endpoint({
    method: 'post',
    path: '/api/v1/me/passkeys',
    access: 'signed-in',
    summary: 'Add a passkey',
    input: z.strictObject({ name: Name, passkey: NewPasskey }),
    output: FreshCodes,
    status: 201,
  }),
  removePasskey: endpoint({
    method: 'post',
    path: '/api/v1/me/passkeys/:passkey/remove',
    access: 'signed-in',
    summary: 'Remove a passkey',
    input: PasskeyId,
    output: nothing,
  }),
  newRecoveryCodes: endpoint({
    method: 'post',
    path: '/api/v1/me/recovery-codes',
    access: 'signed-in',
    summary: 'New recovery codes; the ones before are over',
    input: z.strictObject({}),
    output: FreshCodes,
  }),
  reset: endpoint({
    method: 'post',
    path: '/api/v1/members/:id/reset-second-factor',
    access: 'member.manage',
    summary: 'Take away the second factors of somebody who lost them; every session of theirs ends',
    input: ById,
    output: nothing,
  }),
};
