import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, visitAs, type Complaints } from './browser.ts';
import { request } from './fixtures.ts';
import { startServer } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n');

test('an engineer records a certificate with its file, and a colleague sees the instrument come back', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const { id } = await request(engineer, instrumentEndpoints.create, { name: 'Journey RIE' });
  const viewer = await visitAs('viewer@acme.test', '/calibrations?within=0', visit);
  await viewer.getByText('Journey RIE is locked out: it has no calibration certificate.').waitFor();
  expect(await viewer.getByRole('button', { name: /^Record/ }).count()).toBe(0);

  await engineer.goto('/calibrations');
  await engineer.getByRole('button', { name: 'Record a certificate of Journey RIE' }).click();
  const dialog = engineer.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Number' }).fill('C-2026-900');
  await dialog.getByRole('textbox', { name: 'Issued by' }).fill('National laboratory');
  await dialog.getByRole('textbox', { name: 'Unit' }).fill('mTorr');
  for (const [index, value] of ['3', '4'].entries()) {
    await dialog.getByRole('button', { name: 'Add a source' }).click();
    const source = dialog.getByRole('group', { name: `Source ${index + 1}` });
    await source.getByRole('textbox', { name: 'Source' }).fill(`Source ${index + 1}`);
    await source.getByRole('textbox', { name: 'Value' }).fill(value);
  }
  await dialog.getByText('10 mTorr').waitFor();
  await dialog.getByLabel('File of the certificate').setInputFiles({
    name: 'scan.pdf',
    mimeType: 'application/pdf',
    buffer: pdf,
  });
  const seen = viewer.getByText('Journey RIE is locked out').waitFor({ state: 'hidden' });
  await dialog.getByRole('button', { name: 'Record certificate' }).click();
  await engineer.getByText('Certificate C-2026-900 is recorded.').waitFor();
  await seen;

  const status = await request(viewer, calibrationEndpoints.status, { id });
  expect(status).toMatchObject({
    standing: 'valid',
    lockOut: null,
    calibration: { number: 'C-2026-900', file: { name: 'scan.pdf', type: 'application/pdf', size: pdf.length } },
  });
  expect(status.calibration?.uncertainty?.combined).toBeCloseTo(5, 12);
  const file = await viewer.request.get(`/api/v1/calibrations/${status.calibration?.id}/file`);
  expect((await file.body()).equals(pdf)).toBe(true);
  expect(complaints).toEqual([]);
});
