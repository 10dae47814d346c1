import type { Instrument } from '@cobench/shared/instruments/instrument';

/** What people write about an instrument; the owner is empty where nobody is named. */
export type InstrumentDraft = {
  name: string;
  kind: string;
  vendor: string;
  model: string;
  serial: string;
  location: string;
  ownerId: string;
  calibrationRequired: boolean;
};

export const emptyDraft: InstrumentDraft = {
  name: '',
  kind: '',
  vendor: '',
  model: '',
  serial: '',
  location: '',
  ownerId: '',
  calibrationRequired: true,
};

export function draftOf(instrument: Instrument): InstrumentDraft {
  const { name, kind, vendor, model, serial, location, calibrationRequired } = instrument;
  return { name, kind, vendor, model, serial, location, calibrationRequired, ownerId: instrument.ownerId ?? '' };
}

/** As the server takes it. */
export const sentDraft = ({ ownerId, ...draft }: InstrumentDraft) => ({
  ...draft,
  ownerId: ownerId === '' ? null : ownerId,
});

/** Of a draft what is other than it was. */
export function changesOf(before: Instrument, draft: InstrumentDraft): Partial<ReturnType<typeof sentDraft>> {
  const was = new Map<string, unknown>(Object.entries(sentDraft(draftOf(before))));
  return Object.fromEntries(Object.entries(sentDraft(draft)).filter(([name, value]) => was.get(name) !== value));
}
