import type { Calibration } from '@cobench/shared/calibrations/calibration';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { dayHere, startOf } from './certificate-days.ts';

/** The form that revokes a certificate, or ends it before its time. */
export class EndCertificate {
  reason = $state('');
  /** A day: what was measured from then on is in doubt. */
  doubtfulSince = $state('');
  readonly sending = new Submission();
  readonly #calibration: Calibration;
  readonly ready = $derived.by(() => this.reason.trim() !== '' && !this.sending.busy);

  constructor(calibration: Calibration) {
    this.#calibration = calibration;
    this.doubtfulSince = dayHere(calibration.performedAt);
  }

  revoke(): Promise<Calibration | null> {
    const { id, performedAt } = this.#calibration;
    const untouched = this.doubtfulSince === dayHere(performedAt);
    const doubtfulSince = untouched ? performedAt : (startOf(this.doubtfulSince) ?? undefined);
    return this.sending.send(() => call(calibrationEndpoints.revoke, { id, reason: this.reason, doubtfulSince }));
  }

  expire(): Promise<Calibration | null> {
    const { id } = this.#calibration;
    return this.sending.send(() => call(calibrationEndpoints.expire, { id, reason: this.reason }));
  }
}
