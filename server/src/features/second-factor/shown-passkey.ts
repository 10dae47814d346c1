import type { PasskeyProof } from '@cobench/shared/identity/second-factor';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Doer } from '../audit/index.ts';
import type { Entrance } from './entrance.ts';
import type { PasskeyProofs } from './passkey-proofs.ts';
import type { PasskeyRecord, SecondFactorRepo } from './second-factor.repo.ts';

type Deps = {
  repo: Pick<SecondFactorRepo, 'passkey' | 'passkeyUsed'>;
  proofs: Pick<PasskeyProofs, 'shown'>;
  entrance: Pick<Entrance, 'refuse'>;
  clock: Clock;
};
/** Whose passkey it has to be, where that is known, and as whom the trail names who shows it. */
type Whose = { personId?: string; by: Doer };
export type ShownPasskey = (proof: PasskeyProof, whose: Whose) => Promise<PasskeyRecord>;

/** The passkey that somebody shows. @throws Fault `second-factor.wrong`, which the trail notes where it is about somebody. */
export function showingPasskeys({ repo, proofs, entrance, clock }: Deps): ShownPasskey {
  return async (proof, { personId, by }) => {
    const passkey = await repo.passkey(proof.id);
    const refuse = (): Promise<never> => {
      const owner = personId ?? passkey?.personId;
      if (owner === undefined) throw new Fault('second-factor.wrong');
      return entrance.refuse({ personId: owner, by }, 'The passkey is wrong.');
    };
    if (!passkey || (personId !== undefined && passkey.personId !== personId)) return refuse();
    const counter = await proofs.shown(proof, passkey).catch((error: unknown) => {
      if (error instanceof Fault && error.detail === undefined) return refuse();
      throw error;
    });
    await repo.passkeyUsed(passkey.id, { counter, at: clock() });
    return passkey;
  };
}
