import { bookingEndpoints, type Booking } from '@cobench/shared/bookings/booking';
import { daysAfter, wallClockAt } from '@cobench/shared/bookings/wall-clock';
import type { Problem } from '@cobench/shared/errors';
import { untrack } from 'svelte';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';
import { rangeOf, weekOf } from './week.ts';

type Parts = { instrumentId: string; zone: string; now: Date; live: Pick<Live, 'on' | 'onreconnect'> };

/** One week of bookings of one instrument, live. */
export class WeekCalendar {
  bookings = $state.raw<readonly Booking[]>([]);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state.raw<Problem | null>(null);
  /** A day of the week that is shown. */
  date = $state('');
  readonly days = $derived.by(() => weekOf(this.date));
  readonly zone: string;
  readonly #parts: Parts;
  #turn = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.zone = parts.zone;
    this.date = wallClockAt(parts.now, parts.zone).date;
  }

  /** Listens until the returned clean-up is called. */
  follow(): () => void {
    const { live, instrumentId } = this.#parts;
    const offs = [
      live.on('booking.changed', (change) => {
        const { from, to } = rangeOf(this.days, this.zone);
        if (change.instrumentId === instrumentId && change.from < to && change.to > from) void this.load();
      }),
      live.onreconnect(() => void this.load()),
    ];
    // Another week is fetched by whoever goes there.
    untrack(() => void this.load());
    return () => {
      this.#turn++;
      offs.forEach((off) => off());
    };
  }

  /** Shows another week. */
  go(to: 'before' | 'after' | 'today', now: Date): void {
    const today = wallClockAt(now, this.zone).date;
    this.date = to === 'today' ? today : daysAfter(this.date, to === 'before' ? -7 : 7);
    this.bookings = [];
    this.state = 'loading';
    void this.load();
  }

  /** Fetches the week anew, quietly: what is shown stays until the answer is there. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const bookings = await this.#fetch();
      if (turn !== this.#turn) return;
      this.bookings = bookings;
      this.problem = null;
      this.state = 'ready';
    } catch (error) {
      const problem = problemOf(error);
      if (turn !== this.#turn) return;
      this.problem = problem;
      if (this.state === 'loading') this.state = 'failed';
    }
  }

  /** All pages of it: a week of one tool is a few at most. */
  async #fetch(): Promise<Booking[]> {
    const query = { instrumentId: this.#parts.instrumentId, limit: 200, ...rangeOf(this.days, this.zone) };
    const bookings: Booking[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(bookingEndpoints.list, { ...query, cursor });
      bookings.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return bookings;
  }
}
