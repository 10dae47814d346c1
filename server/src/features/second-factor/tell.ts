import type { Log } from '../../platform/log.ts';
import type { SendMail } from '../../platform/mail.ts';
import type { Identity } from '../identity/index.ts';
import { factorMail } from './letters.ts';

type Deps = { identity: Pick<Identity, 'placesOf'>; mail: SendMail | null; log: Log };
export type Tell = (personId: string, what: string) => Promise<void>;

/** Mails whoever's way to sign in was changed, or is being tried: it may not be they. Never rejects. */
export function telling({ identity, mail, log }: Deps): Tell {
  return async (personId, what) => {
    try {
      const [place] = await identity.placesOf(personId);
      if (mail && place?.email) await mail(factorMail({ to: place.email, what }));
    } catch (err) {
      log.error({ err }, 'somebody could not be told by mail about their second factor');
    }
  };
}
