import { calendarLinkEndpoints, type CalendarLink } from '@cobench/shared/bookings/calendar-link';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** The address at which one's calendar program reads an instrument. It can be seen only when it is made. */
export class CalendarLinks {
  link = $state.raw<CalendarLink | null>(null);
  address = $state<string | null>(null);
  loaded = $state(false);
  readonly sending = new Submission();
  readonly #id: string;

  constructor(instrumentId: string) {
    this.#id = instrumentId;
  }

  async load(): Promise<void> {
    const answer = await this.sending.send(() => call(calendarLinkEndpoints.get, { id: this.#id }));
    if (answer === null) return;
    this.link = answer.link;
    this.loaded = true;
  }

  /** Also takes the place of the one there was. */
  async make(): Promise<void> {
    const made = await this.sending.send(() => call(calendarLinkEndpoints.make, { id: this.#id }));
    if (made === null) return;
    const { address, ...link } = made;
    this.link = link;
    this.address = address;
  }

  async revoke(): Promise<void> {
    const answer = await this.sending.send(() => call(calendarLinkEndpoints.revoke, { id: this.#id }));
    if (answer === null) return;
    this.link = null;
    this.address = null;
  }
}
