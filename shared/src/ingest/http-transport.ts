import type { Answer, Destination, Transport } from './transport.ts';

type Init = { method: 'POST'; headers: Record<string, string>; body: string };
type Reply = { status: number; headers: { get(name: string): string | null }; text(): Promise<string> };

/** `fetch`, or what does the same; it is expected to give up by itself on a server that does not answer. */
export type Fetch = (url: string, init: Init) => Promise<Reply>;

/** Each batch is one request: works through every proxy. */
export function httpTransport({ url, key, runId }: Destination, fetch: Fetch): Transport {
  const address = `${url.replace(/\/+$/, '')}/api/v1/runs/${encodeURIComponent(runId)}/events`;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return {
    async send(batch): Promise<Answer> {
      const reply = await fetch(address, { method: 'POST', headers, body: JSON.stringify(batch) });
      const asked = Number(reply.headers.get('retry-after') ?? Number.NaN);
      const retryAfterSeconds = asked >= 0 ? asked : null;
      return { status: reply.status, retryAfterSeconds, body: parsed(await reply.text()) };
    },
    close: () => undefined,
  };
}

/** What a proxy answers is no JSON; its status says enough. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
