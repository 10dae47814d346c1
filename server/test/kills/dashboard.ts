import { runEndpoints } from '@cobench/shared/runs/endpoints';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Agent } from '../agent.ts';
import { call } from '../call.ts';
import { LiveClient } from '../live-client.ts';

type Watched = { events: RunEvent[]; asking: boolean };
type Options = { runIds: readonly string[]; /** From 0 to below 1. */ random: () => number; loss: number };

/**
 * What a person sees of some runs whose network is bad: of the messages with events a share is lost, each with its
 * connection. Catches up as the product's pages do (docs/live.md): a number that is missing is asked for again.
 */
export class Dashboard {
  readonly live: LiveClient;
  readonly board = new Map<string, Run>();
  cuts = 0;
  readonly #watched: Map<string, Watched>;
  readonly #agent: Agent;

  constructor(agent: Agent, { runIds, random, loss }: Options) {
    this.#agent = agent;
    this.#watched = new Map(runIds.map((id) => [id, { events: [], asking: false }]));
    this.live = new LiveClient(agent.origin, { cookie: agent.cookie('/live/'), origin: agent.origin });
    const { socket } = this.live;
    socket.on('connect', () => this.refresh());
    socket.on('run.changed', (run) => this.#show(run));
    socket.on('run.recorded', ({ runId, events }) => {
      if (random() >= loss) return this.#take(runId, events);
      this.cuts++;
      this.live.cut();
    });
    socket.connect();
  }

  /** What was seen of a run, in the order it was seen. */
  seen = (id: string): readonly RunEvent[] => this.#watched.get(id)?.events ?? [];

  /** How much was seen of all runs. */
  get count(): number {
    return [...this.#watched.values()].reduce((sum, { events }) => sum + events.length, 0);
  }

  /** Asks for everything again that was told while nobody listened. */
  refresh(): void {
    for (const id of this.#watched.keys()) void this.#ask(id);
    void this.#list().catch(() => undefined);
  }

  close(): void {
    this.live.close();
  }

  #show(run: Run): void {
    const known = this.board.get(run.id);
    if (this.#watched.has(run.id) && (!known || run.version >= known.version)) this.board.set(run.id, run);
  }

  async #list(): Promise<void> {
    const { items } = await call(this.#agent, runEndpoints.list, { limit: 200 });
    for (const run of items) this.#show(run);
  }

  #take(id: string, events: readonly RunEvent[]): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    for (const event of events) {
      const next = watched.events.length + 1;
      if (event.seq === next) watched.events.push(event);
      else if (event.seq > next) return void this.#ask(id);
    }
  }

  async #ask(id: string): Promise<void> {
    const watched = this.#watched.get(id);
    if (!watched || watched.asking) return;
    watched.asking = true;
    try {
      const after = watched.events.length;
      const answer = await this.live.socket.timeout(2000).emitWithAck('watch.run', { id, after });
      if (!answer.ok) return;
      if ('missed' in answer) this.#take(id, answer.missed);
      else await this.#reload(id);
    } catch {
      // The connection is lost: when it is there again, it is asked again.
    } finally {
      watched.asking = false;
    }
  }

  /** So much was missed that it is fetched like a page that is opened. */
  async #reload(id: string): Promise<void> {
    const after = this.seen(id).length;
    const { items, lastSeq } = await call(this.#agent, runEndpoints.events, { id, after, limit: 1000 });
    this.#take(id, items);
    if (this.seen(id).length < lastSeq) await this.#reload(id);
  }
}
