/**
 * How an instrument talks to a run, ready to be pasted: the one source of the page of the run and of docs/instruments.md. The
 * key is not shown: it is taken from COBENCH_KEY.
 */
export function ingestExamples({ origin, runId }: { origin: string; runId: string }) {
  const url = `${origin}/api/v1/runs/${runId}/events`;
  return {
    curl: `curl --fail-with-body --retry 10 --retry-connrefused '${url}' \\
  -H "authorization: Bearer $COBENCH_KEY" \\
  -H 'content-type: application/json' \\
  -d '{
    "batch": "'"$(date +%s%N)"'",
    "events": [
      { "kind": "metric", "name": "Chamber pressure", "value": 12.4, "unit": "mTorr" },
      { "kind": "progress", "fraction": 0.25 },
      { "kind": "log", "level": "info", "text": "Plasma on" }
    ]
  }'`,
    python: `import json, os, time, urllib.error, urllib.request, uuid
from datetime import datetime, timezone

URL = '${url}'
HEADERS = {'authorization': f"Bearer {os.environ['COBENCH_KEY']}", 'content-type': 'application/json'}
sender, number = str(uuid.uuid4()), 0

def send(*events):
    """Sends a batch until it is stored; sending it again never stores it twice."""
    global number
    number += 1
    batch = {'batch': f'{sender}:{number}', 'sender': sender, 'number': number, 'events': events}
    wait = 0.5
    while True:
        try:
            request = urllib.request.Request(URL, json.dumps(batch).encode(), HEADERS)
            with urllib.request.urlopen(request, timeout=15) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            if problem.code < 500 and problem.code not in (408, 425, 429):
                raise SystemExit(problem.read().decode())
            wait = float(problem.headers.get('Retry-After') or wait)
        except OSError:
            pass  # Nobody answered: perhaps it is stored, perhaps not.
        time.sleep(wait)
        wait = min(2 * wait, 10)

def metric(name, value, unit):
    seen = datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%fZ')
    return {'kind': 'metric', 'name': name, 'value': value, 'unit': unit, 'observedAt': seen}

send({'kind': 'state', 'state': 'running'})
send({'kind': 'step', 'name': 'Etch', 'turn': 'started'})
for i in range(10):
    send(metric('Chamber pressure', 12 + i / 10, 'mTorr'), {'kind': 'progress', 'fraction': (i + 1) / 10})
    time.sleep(0.2)
send({'kind': 'step', 'name': 'Etch', 'turn': 'finished'})
send({'kind': 'state', 'state': 'completed'})`,
    node: `import { connectInstrument } from './shared/src/ingest/this-machine.ts';

const run = connectInstrument(
  { url: '${origin}', key: process.env.COBENCH_KEY, runId: '${runId}' },
  { transport: 'websocket', onrefused: (refusal) => console.error(refusal.message) },
);
await run.start();
await run.step('Sweep', 'started');
for (let i = 0; i < 1000; i++) await run.metric('Drain current', Math.exp(i / 100) * 1e-9, 'A');
await run.step('Sweep', 'finished');
await run.result({ name: 'Leakage', value: 2.4e-9, unit: 'A', tolerance: { lower: null, upper: 1e-8 } });
await run.finish('completed');`,
  };
}
