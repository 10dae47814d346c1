import { bookingEndpoints, type Booking } from '@cobench/shared/bookings/booking';
import { NoSeries, occurrences, Recurrence, type Span } from '@cobench/shared/bookings/recurrence';
import { daysAfter, weekdayOf } from '@cobench/shared/bookings/wall-clock';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import { atWall, wallText } from './wall-field.ts';
import { timeInWords } from './week.ts';

type ProjectChoice = { value: string; label: string };
const noProject: ProjectChoice = { value: '', label: 'No project' };
export type Repeat = 'no' | 'daily' | 'weekly';
/** `lastEnd` is when the last of them ends (milliseconds). */
type Summary = { possible: boolean; words: string; lastEnd: number };
type Given = { instrumentId: string; zone: string; from: Date; to: Date; projectId: string | null };

/** What somebody fills in to book an instrument. Times are those of the wall in `zone`. */
export class BookingForm {
  title = $state('');
  /** Empty: none. */
  projectId = $state('');
  from = $state('');
  to = $state('');
  repeat = $state<Repeat>('no');
  interval = $state(1);
  weekdays = $state.raw<readonly number[]>([]);
  ends = $state<'count' | 'until'>('count');
  count = $state(5);
  until = $state('');
  projects = $state.raw<readonly ProjectChoice[]>([noProject]);
  /** The fetching of what there is to choose from. */
  readonly choices = new Submission();
  readonly sending = new Submission();
  readonly zone: string;
  readonly #given: Pick<Given, 'instrumentId'>;

  readonly span = $derived.by((): Span | null => {
    const [from, to] = [atWall(this.from, this.zone), atWall(this.to, this.zone)];
    return from && to && to > from ? { from, to } : null;
  });
  /** The weekday of the first one: it is always among those of a series. */
  readonly firstDay = $derived.by(() => (this.from === '' ? 1 : weekdayOf(this.from.slice(0, 10))));
  readonly #recurrence = $derived.by(() => {
    if (this.repeat === 'no') return null;
    const { repeat: frequency, interval } = this;
    const others = this.weekdays.filter((day) => day !== this.firstDay);
    const weekdays = frequency === 'weekly' ? [this.firstDay, ...others] : [];
    const end = this.ends === 'count' ? { count: this.count } : { until: this.until };
    return { frequency, interval, weekdays, ...end };
  });
  /** What will be booked, in words, or why it cannot be. */
  readonly summary = $derived.by((): Summary => this.#summarise());
  readonly ready = $derived.by(() => this.title.trim() !== '' && this.span !== null && this.summary.possible);

  constructor({ instrumentId, zone, from, to, projectId }: Given) {
    this.#given = { instrumentId };
    this.zone = zone;
    this.from = wallText(from.toISOString(), zone);
    this.to = wallText(to.toISOString(), zone);
    this.projectId = projectId ?? '';
    this.until = daysAfter(this.from.slice(0, 10), 28);
  }

  async loadProjects(): Promise<void> {
    const page = await this.choices.send(() => call(projectEndpoints.list, { limit: 200 }));
    if (page === null) return;
    this.projects = [noProject, ...page.items.map(({ id, name }) => ({ value: id, label: name }))];
    if (!this.projects.some(({ value }) => value === this.projectId)) this.projectId = '';
  }

  toggle(weekday: number): void {
    const chosen = this.weekdays.includes(weekday);
    this.weekdays = chosen ? this.weekdays.filter((one) => one !== weekday) : [...this.weekdays, weekday];
  }

  /** All that were booked, or null where they were refused. */
  async submit(): Promise<Booking[] | null> {
    const { span, title, projectId, zone: timeZone } = this;
    if (span === null) return null;
    const times = { from: span.from.toISOString(), to: span.to.toISOString(), timeZone };
    const what = { ...this.#given, title, projectId: projectId === '' ? null : projectId };
    const booked = await this.sending.send(() =>
      call(bookingEndpoints.create, { ...what, ...times, recurrence: this.#recurrence }),
    );
    return booked?.items ?? null;
  }

  /** Whether the last of them ends after an instant (ISO 8601). */
  reachesBeyond(instant: string): boolean {
    return this.summary.lastEnd > Date.parse(instant);
  }

  #summarise(): Summary {
    const not = (words: string): Summary => ({ possible: false, words, lastEnd: 0 });
    if (this.span === null) return not('It ends after it begins.');
    if (this.#recurrence === null) return { possible: true, words: '', lastEnd: this.span.to.getTime() };
    const rule = Recurrence.safeParse(this.#recurrence);
    if (!rule.success) return not(rule.error.issues[0]?.message ?? '');
    try {
      const all = occurrences(this.span, rule.data, this.zone);
      const last = all.at(-1) ?? this.span;
      const shown = { from: last.from.toISOString(), to: last.to.toISOString() };
      const often = all.length === 1 ? 'Once:' : `${all.length} times, the last`;
      return { possible: true, words: `${often} ${timeInWords(shown, this.zone)}.`, lastEnd: last.to.getTime() };
    } catch (error) {
      if (!(error instanceof NoSeries)) throw error;
      return not(error.message);
    }
  }
}
