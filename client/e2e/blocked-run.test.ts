import { identityEndpoints } from '@cobench/shared/identity/identity';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';
import { witness } from './witness.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n');

test('a blocked run gets its certificate, runs, goes out of control and is cancelled, and a second browser sees each step within a second', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const { id: projectId } = await aProject(engineer, 'Blocked journey');
  const { id: instrumentId } = await request(engineer, instrumentEndpoints.create, { name: 'Journey SEM' });
  await request(engineer, seriesEndpoints.create, {
    projectId,
    name: 'Beam current',
    source: { from: 'metric', metric: 'Beam current' },
    unit: 'nA',
    limits: { from: 'given', center: 5, sigma: 0.1 },
  });
  const admin = await visitAs('admin@acme.test', '/', visit);
  const { secret: key } = await request(admin, identityEndpoints.createApiKey, { name: 'Journey SEM' });
  const technician = await visitAs('technician@acme.test', '/', visit);
  const { id } = await request(technician, runEndpoints.create, { projectId, instrumentId, name: 'Wafer 23' });

  const watcher = await visitAs('viewer@acme.test', `/runs/${id}`, visit);
  await watcher.getByText('Journey SEM is locked out: it has no calibration certificate.').waitFor();
  expect(await watcher.getByRole('button', { name: 'Check again' }).count()).toBe(0);

  const { seen, late } = witness();
  const state = (word: string) => watcher.getByText(word, { exact: true }).first();

  // The engineer uploads the certificate on the page of the instrument.
  await engineer.goto(`/instruments/${instrumentId}`);
  await engineer
    .getByRole('button', { name: /certificate/i })
    .first()
    .click();
  const dialog = engineer.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Number' }).fill('C-2026-23');
  await dialog.getByRole('textbox', { name: 'Issued by' }).fill('National laboratory');
  const file = { name: 'sem.pdf', mimeType: 'application/pdf', buffer: pdf };
  await dialog.getByLabel('File of the certificate').setInputFiles(file);
  await dialog.getByRole('button', { name: 'Record certificate' }).click();
  await engineer.getByText('Certificate C-2026-23 is recorded.').waitFor();

  await technician.goto(`/runs/${id}`);
  await seen('queued', state('Queued'), () => technician.getByRole('button', { name: 'Check again' }).click());
  const tool = connectInstrument({ url: server.origin, key, runId: id });
  await seen('running', state('Running'), () => tool.start());
  await tool.step('Pump down', 'started');
  await seen('a log line', watcher.getByText('Beam is on').first(), async () => {
    await tool.log('info', 'Beam is on');
    await tool.metric('Beam current', 5.02, 'nA');
    await tool.flush();
  });
  await seen('the alert', watcher.getByText('is out of control').first(), async () => {
    await tool.metric('Beam current', 6.5, 'nA');
    await tool.flush();
  });
  await technician.getByRole('button', { name: 'Cancel…' }).click();
  await technician.getByRole('textbox', { name: 'Reason' }).fill('Beam current is off');
  await seen('cancelled', state('Cancelled'), () =>
    technician.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click(),
  );
  await watcher.getByText('Beam current is off').first().waitFor();
  expect(await tool.isRunning()).toBe(false);
  tool.close();

  expect(late).toEqual({});
  expect(complaints).toEqual([]);
});
