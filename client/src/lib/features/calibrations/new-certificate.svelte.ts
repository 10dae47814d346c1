import type { Calibration } from '@cobench/shared/calibrations/calibration';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { errorCatalogue } from '@cobench/shared/errors';
import { call, upload } from '#lib/api/call.ts';
import { ApiError } from '#lib/api/problem.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { BudgetDraft } from './budget-draft.svelte.ts';
import { aYearAfter, dayHere, endOf, placeOfDays, startOf } from './certificate-days.ts';

type Draft = Pick<Calibration, 'number' | 'issuer' | 'result' | 'note' | 'measurand' | 'unit'> & {
  /** Days. */
  performed: string;
  from: string;
  until: string;
};

/** The form that records a certificate, and then attaches its file. */
export class NewCertificate {
  draft = $state<Draft>({
    number: '',
    issuer: '',
    performed: '',
    from: '',
    until: '',
    result: 'pass',
    note: '',
    measurand: '',
    unit: '',
  });
  file = $state.raw<File | null>(null);
  readonly budget = new BudgetDraft();
  readonly sending = new Submission();
  /** Recorded already, where only its file was not taken: it is not recorded a second time. */
  made = $state.raw<Calibration | null>(null);
  readonly #instrumentId: string;
  readonly ready = $derived.by(() => {
    const { number, issuer, performed, from, until } = this.draft;
    return [number, issuer, performed, from, until].every((text) => text.trim() !== '') && !this.sending.busy;
  });

  constructor(instrumentId: string, today = dayHere(Date.now())) {
    this.#instrumentId = instrumentId;
    this.draft.performed = today;
    this.draft.from = today;
    this.draft.until = aYearAfter(today) ?? '';
  }

  /** The certificate with its file, or null where something was refused. */
  submit(): Promise<Calibration | null> {
    return this.sending.send(async () => {
      const errors = this.budget.problems;
      if (errors.length > 0) throw new ApiError({ ...notWhole, errors });
      this.made ??= await this.#record();
      if (!this.file) return this.made;
      const { id } = this.made;
      return upload(calibrationEndpoints.attach, { id, name: this.file.name.slice(-200) }, this.file);
    });
  }

  #record(): Promise<Calibration> {
    const { performed, from, until, ...draft } = this.draft;
    return call(calibrationEndpoints.create, {
      ...draft,
      id: this.#instrumentId,
      performedAt: startOf(performed) ?? '',
      validFrom: startOf(from) ?? '',
      expiresAt: endOf(until) ?? '',
      timeZone: placeOfDays(),
      budget: this.budget.whole,
    });
  }
}

/** As the server says it of a form with fields that it does not take. */
const { status, title } = errorCatalogue['input.invalid'];
const notWhole = { type: 'input.invalid', status, title, instance: '' } as const;
