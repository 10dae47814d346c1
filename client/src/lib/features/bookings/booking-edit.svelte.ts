import { bookingEndpoints, type Booking } from '@cobench/shared/bookings/booking';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { atWall, wallText } from './wall-field.ts';

/** Moving, renaming or cancelling a booking, alone or with those of its series that follow. */
export class BookingEdit {
  title = $state('');
  from = $state('');
  to = $state('');
  which = $state<'this' | 'following'>('this');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.title.trim() !== '' && this.#times() !== null);
  readonly #booking: Booking;
  #version: number;
  readonly #zone: string;

  constructor(booking: Booking, zone: string) {
    this.#booking = booking;
    this.#version = booking.version;
    this.#zone = zone;
    this.title = booking.title;
    this.from = wallText(booking.from, zone);
    this.to = wallText(booking.to, zone);
  }

  /** Whether it was saved. After a conflict the draft is kept, and the next save goes through. */
  async save(): Promise<boolean> {
    const times = this.#times();
    if (times === null) return false;
    const { id } = this.#booking;
    const { title, which } = this;
    const edit = { id, version: this.#version, which, title, ...times };
    const saved = await this.sending.send(() => call(bookingEndpoints.edit, edit));
    if (this.sending.problem?.type === 'edit.conflict') await this.#lookAgain();
    return saved !== null;
  }

  /** Whether it was cancelled. */
  async cancel(): Promise<boolean> {
    const { id } = this.#booking;
    const { which } = this;
    return (await this.sending.send(() => call(bookingEndpoints.cancel, { id, which }))) !== null;
  }

  async #lookAgain(): Promise<void> {
    const conflict = this.sending.problem;
    const theirs = await this.sending.send(() => call(bookingEndpoints.get, { id: this.#booking.id }));
    if (theirs === null) return;
    this.sending.problem = conflict;
    this.#version = theirs.version;
  }

  /** Only what was changed, to the second as it was where it was not. */
  #times(): { from?: string; to?: string } | null {
    const [from, to] = [atWall(this.from, this.#zone), atWall(this.to, this.#zone)];
    if (!from || !to || to <= from) return null;
    const moved = (typed: string, was: string) => typed !== wallText(was, this.#zone);
    return {
      ...(moved(this.from, this.#booking.from) && { from: from.toISOString() }),
      ...(moved(this.to, this.#booking.to) && { to: to.toISOString() }),
    };
  }
}
