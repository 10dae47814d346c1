import { Me } from '@cobench/shared/identity/identity';
import { z } from 'zod';
import type { CopyOwner } from '#lib/realtime/copy/copies.ts';

export const rememberedKey = 'cobench.me';

const Remembered = z.discriminatedUnion('state', [
  z.object({ state: z.literal('signed-in'), me: Me }),
  /** The session ended without a sign-out: nobody is shown what is theirs until they have signed in again. */
  z.object({ state: z.literal('ended'), personId: z.string(), organisationId: z.string() }),
]);
type Remembered = z.infer<typeof Remembered>;

/** Who is signed in in this browser, kept so that their documents open without the server. */
export class RememberedPerson {
  readonly #storage: Storage;

  constructor(storage: Storage = localStorage) {
    this.#storage = storage;
  }

  /** Whoever was signed in last, as far as anybody knows; null after a sign-out or an ended session. */
  get me(): Me | null {
    const remembered = this.#read();
    return remembered?.state === 'signed-in' ? remembered.me : null;
  }

  signedIn(me: Me): void {
    this.#write({ state: 'signed-in', me });
  }

  /** The server knows them no more. Answers whose copies may still be here. */
  ended(): CopyOwner | null {
    const remembered = this.#read();
    if (remembered === null) return null;
    const owner = remembered.state === 'ended' ? remembered : ownerOf(remembered.me);
    const { personId, organisationId } = owner;
    this.#write({ state: 'ended', personId, organisationId });
    return { personId, organisationId };
  }

  /** They signed out. Other tabs of this browser hear of it. */
  forget(): void {
    this.#storage.removeItem(rememberedKey);
  }

  #read(): Remembered | null {
    return readRemembered(this.#storage.getItem(rememberedKey));
  }

  #write(remembered: Remembered): void {
    this.#storage.setItem(rememberedKey, JSON.stringify(remembered));
  }
}

export const ownerOf = (me: Me): CopyOwner => ({ personId: me.id, organisationId: me.organisation.id });

/** What another tab has done about who is signed in. */
export type HeardOfPerson = 'signed-out' | 'somebody-else' | 'nothing';

/** What a change of what is remembered means for a tab in which `me` is signed in. */
export function heardOf(value: string | null, me: Me): HeardOfPerson {
  if (value === null) return 'signed-out';
  const remembered = readRemembered(value);
  if (remembered?.state !== 'signed-in') return 'nothing';
  const [now, here] = [ownerOf(remembered.me), ownerOf(me)];
  return now.personId === here.personId && now.organisationId === here.organisationId ? 'nothing' : 'somebody-else';
}

/** What an older or newer page wrote in another shape is not understood, and of no use. */
function readRemembered(value: string | null): Remembered | null {
  if (value === null) return null;
  try {
    return Remembered.parse(JSON.parse(value));
  } catch {
    return null;
  }
}
