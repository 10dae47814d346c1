import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { NewPasskey, PasskeyProof } from '@cobench/shared/identity/second-factor';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { z } from 'zod';

const CreationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
});
const RequestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  allowCredentials: z.array(z.object({ id: z.string() })).default([]),
});

/** What a test lies about; what is left out is told as it is. */
type Lies = { origin?: string; rpId?: string; challenge?: string; type?: string; unlocked?: boolean; count?: number };

const flags = { present: 0x01, unlocked: 0x04, attested: 0x40 };

/** A browser with an authenticator that has one passkey (WebAuthn Level 3, sections 6.1 and 6.5; ES256, no attestation). */
export class Authenticator {
  readonly id = randomBytes(32).toString('base64url');
  readonly #origin: string;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #user = '';
  #count = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Answers what a server asks a browser with for a new passkey. */
  make(options: unknown, lies: Lies = {}): NewPasskey {
    const { challenge, rp, user } = CreationOptions.parse(options);
    this.#user = user.id;
    const clientDataJSON = this.#clientData({ challenge, type: 'webauthn.create', ...lies });
    const credentialId = Buffer.from(this.id, 'base64url');
    const attested = Buffer.concat([
      Buffer.alloc(16),
      uint16(credentialId.length),
      credentialId,
      cose(this.#keys.publicKey),
    ]);
    const authData = Buffer.concat([this.#authData({ rpId: rp.id, ...lies }, flags.attested), attested]);
    const statement = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]);
    const attestationObject = Buffer.from(isoCBOR.encode(statement as never)).toString('base64url');
    return { ...this.#named(), response: { clientDataJSON, attestationObject, transports: ['internal'] } };
  }

  /** Answers what a server asks a browser with for a passkey. */
  show(options: unknown, lies: Lies & { userHandle?: string } = {}): PasskeyProof {
    const { challenge, rpId } = RequestOptions.parse(options);
    const clientDataJSON = this.#clientData({ challenge, type: 'webauthn.get', ...lies });
    const authenticatorData = this.#authData({ rpId, ...lies });
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
    const signature = sign('sha256', Buffer.concat([authenticatorData, hash]), this.#keys.privateKey);
    const response = {
      clientDataJSON,
      authenticatorData: authenticatorData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: lies.userHandle ?? this.#user,
    };
    return { ...this.#named(), response };
  }

  #named() {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {} } as const;
  }

  #clientData({ challenge, type, origin = this.#origin }: Lies): string {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
  }

  #authData({ rpId = '', unlocked = true, count = ++this.#count }: Lies, also = 0): Buffer {
    const shown = flags.present | (unlocked ? flags.unlocked : 0) | also;
    const counted = Buffer.alloc(4);
    counted.writeUInt32BE(count);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(shown), counted]);
  }
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A P-256 key as COSE (RFC 9053, sections 2.1 and 7.1). */
function cose(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const parts = new Map<number, number | Uint8Array>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
    [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
  ]);
  return Buffer.from(isoCBOR.encode(parts as never));
}
