import {
  PasskeyProof,
  NewPasskey,
  secondFactorEndpoints,
  type PasskeyProof as Proof,
} from '@cobench/shared/identity/second-factor';
import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { call } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';

/** Asks the browser for a passkey of this person, or of anybody. Rejects with `ApiError`, also where nobody shows one. */
export async function shownPasskey(): Promise<Proof> {
  const options = await call(secondFactorEndpoints.askPasskey, {});
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  return PasskeyProof.parse(await answered(startAuthentication({ optionsJSON })));
}

/** Has the browser make a passkey. Rejects with `ApiError`, also where nobody wants it. */
export async function madePasskey(): Promise<NewPasskey> {
  const options = await call(secondFactorEndpoints.newPasskey, {});
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  return NewPasskey.parse(await answered(startRegistration({ optionsJSON })));
}

/** Browsers say little about why there is none: somebody closed their window, or it took too long. */
async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const known = cause instanceof Error && cause.name === 'InvalidStateError';
    const detail = known
      ? 'This device has a passkey for Cobench already.'
      : 'The browser showed no passkey. Try again.';
    throw new ApiError({ type: 'second-factor.wrong', title: detail, detail, status: 400, instance: '' }, { cause });
  }
}
