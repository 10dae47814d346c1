import type { Problem } from '../errors.ts';
import type { ReportedEvent } from '../runs/run-event.ts';

/** A batch on its way. `sender` and `number` say where it belongs among those of this client; a heartbeat has neither. */
export type Batch = {
  batch: string;
  sender?: string;
  number?: number;
  events: readonly ReportedEvent[];
};

/** What the server said of a batch, by the words of HTTP whichever way it came. */
export type Answer = { status: number; retryAfterSeconds: number | null; body: unknown };

/** One way to the server. */
export type Transport = {
  /** Rejects where nobody answered: whether the batch was stored is not known then, and it may be sent again. */
  send(batch: Batch): Promise<Answer>;
  close(): void;
};

/** Where the batches of a run go, and the key that opens it. */
export type Destination = { url: string; key: string; runId: string };

/** The server will not take this, however often it is sent: the key is over, the run has ended, or an event is malformed. */
export class IngestRefused extends Error {
  override readonly name = 'IngestRefused';
  readonly problem: Pick<Problem, 'status' | 'title'> & Partial<Problem>;

  constructor(problem: IngestRefused['problem']) {
    const fields = problem.errors?.map(({ pointer, detail }) => ` ${pointer}: ${detail}`).join('') ?? '';
    super((problem.detail ?? problem.title) + fields);
    this.problem = problem;
  }
}

/** The problem that an answer tells, or its bare status where it comes from somebody else in between. */
export function problemOf({ status, body }: Answer): IngestRefused['problem'] {
  const told = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  return { ...told, status, title: told.title ?? `The server answered ${status}.` };
}
