/** How an instrument talks to a run, ready to be pasted. The key is not shown: it is taken from COBENCH_KEY. */
export function ingestExamples({ origin, runId }: { origin: string; runId: string }): { curl: string; python: string } {
  const url = `${origin}/api/v1/runs/${runId}/events`;
  return {
    curl: `curl --fail-with-body '${url}' \\
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
    python: `import json, os, time, urllib.request, uuid

URL = '${url}'

def send(*events):
    """Sends a batch until it is stored; repeating a batch never stores it twice."""
    body = json.dumps({'batch': str(uuid.uuid4()), 'events': events}).encode()
    headers = {
        'authorization': f"Bearer {os.environ['COBENCH_KEY']}",
        'content-type': 'application/json',
    }
    while True:
        try:
            return json.load(urllib.request.urlopen(urllib.request.Request(URL, body, headers)))
        except urllib.error.HTTPError as problem:
            if problem.code < 500:
                raise SystemExit(problem.read().decode())
        except OSError:
            pass
        time.sleep(1)

send({'kind': 'state', 'state': 'running'})
for step in range(100):
    send(
        {'kind': 'metric', 'name': 'Chamber pressure', 'value': 12 + step % 5 / 10, 'unit': 'mTorr'},
        {'kind': 'progress', 'fraction': (step + 1) / 100},
    )
    time.sleep(1)
send({'kind': 'state', 'state': 'completed'})`,
  };
}
