import { identityEndpoints } from '@cobench/shared/identity/identity';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, chooseProject, request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('a tool reports, a chart moves, and a colleague in another room is told within a second', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const project = await aProject(engineer, 'Live journey');
  const limits = { from: 'given', center: 30, sigma: 0.2 } as const;
  await request(engineer, seriesEndpoints.create, {
    projectId: project.id,
    name: 'Journey pressure',
    source: { from: 'metric', metric: 'Pressure' },
    unit: 'mTorr',
    limits,
  });

  // A technician makes the run in the browser and starts it.
  const technician = await visitAs('technician@acme.test', '/runs', visit);
  await chooseProject(technician, project.name);
  await technician.getByRole('button', { name: 'New run' }).first().click();
  await technician.getByRole('textbox', { name: 'Name' }).fill('Wafer 19');
  await technician.getByRole('button', { name: 'Create run' }).click();
  await technician.getByRole('heading', { level: 1, name: 'Wafer 19' }).waitFor();
  const runId = new URL(technician.url()).pathname.split('/').at(-1) ?? '';
  await technician.getByRole('button', { name: 'Start' }).click();
  await technician.getByText('Running', { exact: true }).first().waitFor();

  // An instrument with nothing but a key.
  const admin = await visitAs('admin@acme.test', '/', visit);
  const { secret } = await request(admin, identityEndpoints.createApiKey, { name: 'RIE-1' });
  let batch = 0;
  const report = async (...events: object[]): Promise<void> => {
    const response = await fetch(`${server.origin}/api/v1/runs/${runId}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: `b${++batch}`, events }),
    });
    expect(response.status, await response.text()).toBe(200);
  };
  const pressure = (value: number) => ({ kind: 'metric', name: 'Pressure', value, unit: 'mTorr' });

  await report(
    pressure(30.02),
    { kind: 'log', level: 'info', text: 'Plasma is on' },
    { kind: 'progress', fraction: 0.4 },
  );
  await technician.getByText('Plasma is on').waitFor();
  await technician.getByText('40 %').waitFor();
  await eventually(() => technician.getByRole('button', { name: /^Pressure/ }).textContent()).toContain('30.02');
  await report(pressure(30.11));
  await eventually(() => technician.getByRole('button', { name: /^Pressure/ }).textContent()).toContain('30.11');

  // Out of control: the engineer is on the home page, somewhere else.
  const told = engineer.getByText('is out of control').waitFor();
  const before = performance.now();
  await report(pressure(31.4));
  await told;
  expect(performance.now() - before).toBeLessThan(1000);
  await engineer.getByText('Journey pressure').first().waitFor();

  // Acknowledged by one, seen by all.
  await technician.getByRole('button', { name: 'Acknowledge' }).first().click();
  const confirm = technician.getByRole('button', { name: 'Acknowledge' }).last();
  if (await technician.getByRole('dialog').count()) await confirm.click();
  await engineer.getByText('is out of control').waitFor({ state: 'hidden' });
  expect(complaints).toEqual([]);
});

test('a page that was cut off shows everything that happened meanwhile, once', async () => {
  const server = await startServer();
  const technician = await visitAs('technician@acme.test', '/runs', { browser, origin: server.origin });
  const engineer = await visitAs('engineer@acme.test', '/', { browser, origin: server.origin });
  const { id: projectId } = await aProject(engineer);
  const { id } = await request(technician, runEndpoints.create, { projectId, name: 'Cut off' });
  await request(technician, runEndpoints.start, { id });
  await technician.goto(`/runs/${id}`);
  const line = (text: string) => ({ kind: 'log', level: 'info', text }) as const;
  const log = technician.getByRole('log');
  const lines = async () => (await log.getByText(/^line \d$/).allTextContents()).map((text) => text.trim());

  await request(engineer, runEndpoints.record, { id, batch: 'a', events: [line('line 1'), line('line 2')] });
  await eventually(lines).toEqual(['line 1', 'line 2']);
  await technician.context().setOffline(true);
  await technician
    .getByText(/Reconnecting|Offline/)
    .first()
    .waitFor();
  await request(engineer, runEndpoints.record, { id, batch: 'b', events: [line('line 3'), line('line 4')] });
  await technician.context().setOffline(false);
  await eventually(lines).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
  await request(engineer, runEndpoints.record, { id, batch: 'c', events: [line('line 5')] });
  await eventually(lines).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
});
