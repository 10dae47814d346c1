import { randomBytes } from 'node:crypto';
import { recoveryCodeCount } from '@cobench/shared/identity/second-factor';
import { Secret, TOTP } from 'otpauth';

const issuer = 'Cobench';
const secretBytes = 20;
const stepSeconds = 30;
/** Clocks differ: a code of the step before or after is good too (RFC 6238, section 5.2). */
const window = 1;

/** A secret for an authenticator app, in base32, and the address that apps read from a QR code. */
export function newAuthenticatorSecret(label: string): { secret: string; uri: string } {
  const secret = new Secret({ size: secretBytes });
  return { secret: secret.base32, uri: new TOTP({ issuer, label, secret }).toString() };
}

/** The time step of which a code is (RFC 6238: SHA-1, six digits, thirty seconds); null where it is of none about now. */
export function stepOf(code: string, { secret, now }: { secret: string; now: Date }): number | null {
  const totp = new TOTP({ issuer, secret: Secret.fromBase32(secret), period: stepSeconds });
  const away = totp.validate({ token: code, timestamp: now.getTime(), window });
  return away === null ? null : Math.floor(now.getTime() / 1000 / stepSeconds) + away;
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** Codes of 80 random bits to keep on paper, as `xxxx-xxxx-xxxx-xxxx`. */
export const newRecoveryCodes = (): string[] => Array.from({ length: recoveryCodeCount }, newRecoveryCode);

function newRecoveryCode(): string {
  const code = [...randomBytes(16)].map((byte) => letters[byte % letters.length]).join('');
  return code.replace(/(.{4})(?=.)/g, '$1-');
}
