import { Agent, request } from 'node:http';

/** Posts bodies over connections that stay open, with as little work as possible on this side. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 200 });
  readonly #origin: string;
  readonly #headers: Record<string, string>;

  constructor(origin: string, headers: Record<string, string>) {
    this.#origin = origin;
    this.#headers = { 'content-type': 'application/json', ...headers };
  }

  /** @throws where it is refused. */
  post(path: string, body: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const headers = { ...this.#headers, 'content-length': String(Buffer.byteLength(body)) };
    const sending = request(new URL(path, this.#origin), { method: 'POST', agent: this.#agent, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`${answer.statusCode} ${text}`));
      });
      answer.on('error', reject);
    });
    sending.on('error', reject);
    sending.end(body);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A batch of points as an instrument sends it: four metrics by turns, ten milliseconds apart. */
export function aBatch(number: number, points: number, extra: object = {}): string {
  const begun = Date.parse('2026-11-21T08:00:00.000Z') + number * points * 10;
  const events = Array.from({ length: points }, (_, i) => ({
    kind: 'metric',
    name: ['Pressure', 'Flow', 'Power', 'Temperature'][i % 4],
    value: Math.round(1000 * Math.sin((number * points + i) / 500)) / 8,
    unit: 'mTorr',
    observedAt: new Date(begun + i * 10).toISOString(),
  }));
  return JSON.stringify({ batch: `batch ${number}`, ...extra, events });
}
