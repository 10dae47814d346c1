import { runEndpoints } from '@cobench/shared/runs/endpoints';

/** A command that sends one point to a run, ready for a terminal; only the run's id is left to fill in. */
export function ingestExample(origin: string, secret: string): string {
  const address = origin + runEndpoints.record.path.replace(':id', 'RUN_ID');
  const body = {
    batch: 'first-try',
    events: [
      { kind: 'progress', fraction: 0.1 },
      { kind: 'metric', name: 'Temperature', value: 21.4, unit: '°C' },
    ],
  };
  return [
    `curl -X POST ${address} \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n');
}
