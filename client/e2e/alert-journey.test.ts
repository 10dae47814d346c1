import { identityEndpoints } from '@cobench/shared/identity/identity';
import { connectInstrument } from '@cobench/shared/ingest/this-machine';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barriers } from './barriers.ts';
import { eventually, launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, request } from './fixtures.ts';
import { startServer } from './server.ts';
import { witness } from './witness.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const steps = [
  { text: 'Look at the pump' },
  { text: 'Measure a witness wafer' },
  { text: 'Tell the shift', required: false },
];

/** A tool that measures its beam current, a control chart of that with a plan, and a run that reports. */
async function aWatchedTool({ engineer, admin, origin }: { engineer: Page; admin: Page; origin: string }) {
  const { id: projectId } = await aProject(engineer, 'Alert journey');
  const tool = { name: 'Journey SEM', calibrationRequired: false };
  const { id: instrumentId } = await request(engineer, instrumentEndpoints.create, tool);
  const { id: seriesId } = await request(engineer, seriesEndpoints.create, {
    projectId,
    name: 'Beam current',
    source: { from: 'metric', metric: 'Beam current', instrumentId },
    unit: 'nA',
    limits: { from: 'given', center: 5, sigma: 0.1 },
    plan: { checklist: steps, holdRules: ['WE1'] },
  });
  const { secret: key } = await request(admin, identityEndpoints.createApiKey, { name: 'Journey SEM' });
  const { id: runId } = await request(engineer, runEndpoints.create, { projectId, instrumentId, name: 'Wafer 23' });
  const { id: nextId } = await request(engineer, runEndpoints.create, { projectId, instrumentId, name: 'Wafer 24' });
  const reporting = connectInstrument({ url: origin, key, runId });
  await reporting.start();
  async function measure(...values: number[]) {
    for (const value of values) await reporting.metric('Beam current', value, 'nA');
    await reporting.flush();
  }
  return { projectId, seriesId, nextId, reporting, measure };
}

test('an alarm is seen, acknowledged, worked through its checklist and closed by two people together', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const admin = await visitAs('admin@acme.test', '/', visit);
  const lab = await aWatchedTool({ engineer, admin, origin: server.origin });
  // Only those who are watched have a page open.
  await Promise.all([engineer.close(), admin.close()]);
  const { seen, allSeen, late } = witness();

  const technician = await visitAs('technician@acme.test', '/', visit);
  const lead = await visitAs('pi@acme.test', '/alerts?project=all', visit);
  const viewer = await visitAs('viewer@acme.test', `/runs/${lab.nextId}`, visit);
  await lead.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
  await viewer.getByText('Queued', { exact: true }).first().waitFor();
  const row = lead.getByRole('row').filter({ hasText: 'Beam current' });

  // A point is out: everybody is told wherever they are, and the next run of the tool is held.
  await lab.measure(5.02, 4.97);
  const told = {
    'the banner': technician.getByText('is out of control'),
    'the line': row.getByText('Open', { exact: true }),
    'the held run': viewer.getByText('Blocked', { exact: true }),
  };
  await allSeen(told, () => lab.measure(6.5));
  await viewer.getByText('Journey SEM is held until an alert is closed').first().waitFor();

  // Whoever may only read sees all of it, no buttons, and why there are none.
  await viewer.goto('/alerts?project=all');
  await viewer.getByRole('link', { name: 'Beam current' }).first().waitFor();
  expect(await viewer.getByRole('checkbox').count()).toBe(0);
  await viewer
    .getByRole('link', { name: 'Beam current' })
    .first()
    .click({ modifiers: ['Shift'], trial: true });
  const address = String(await viewer.locator('main a[href*="/alerts/"]').first().getAttribute('href'));
  await viewer.goto(address);
  await viewer.getByText('You may read alerts.').waitFor();
  const deeds = /^(Acknowledge|Start action|Close…|Snooze|Reopen|Wake|Note on)/;
  expect(await viewer.getByRole('main').getByRole('button', { name: deeds }).count()).toBe(0);

  // The technician goes to it from the banner, reads why, and acknowledges it with a comment.
  await technician.getByRole('link', { name: 'Beam current' }).first().click();
  await technician.waitForURL((url) => url.pathname === address);
  const why = technician.getByRole('region', { name: 'Why?' });
  await why.getByRole('img').waitFor();
  await why.getByText('WE1', { exact: false }).first().waitFor();
  expect(await barriers(technician)).toEqual([]);
  await technician.getByRole('main').getByRole('button', { name: 'Acknowledge' }).click();
  const dialog = technician.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Comment' }).fill('I go and look');
  await seen('acknowledged', row.getByText('Acknowledged', { exact: true }), () =>
    dialog.getByRole('button', { name: 'Acknowledge' }).click(),
  );

  // The lead opens the line in place, by keyboard.
  await lead.keyboard.press('j');
  await lead.keyboard.press('Enter');
  const inPlace = lead.getByRole('table', { name: 'Alerts' });
  await inPlace.getByText('I go and look').waitFor();
  expect(await barriers(lead)).toEqual([]);

  // The action begins, and both work through the same checklist.
  await technician.getByRole('button', { name: 'Start action…' }).click();
  await seen('the checklist', inPlace.getByText('Look at the pump'), () =>
    technician.getByRole('dialog').getByRole('button', { name: 'Start action' }).click(),
  );
  await technician.getByRole('button', { name: 'Note on step 1' }).click();
  await technician.getByRole('textbox', { name: 'Note on step 1' }).fill('Oil was low, refilled');
  await seen('a note', inPlace.getByText('Oil was low, refilled'), () =>
    technician.getByRole('button', { name: 'Tick with note' }).click(),
  );
  await inPlace.getByText('1 of 3 done').first().waitFor();

  // A reload in the middle loses nothing.
  await technician.reload();
  await technician.getByText('Oil was low, refilled').first().waitFor();
  const checked = (page: Page) => page.getByRole('checkbox', { name: 'Measure a witness wafer', checked: true });
  await allSeen({ 'a tick': checked(technician), 'a tick, for who only reads': checked(viewer) }, () =>
    lead.getByRole('checkbox', { name: 'Measure a witness wafer' }).click(),
  );
  expect(await viewer.getByRole('checkbox', { name: 'Measure a witness wafer' }).isDisabled()).toBe(true);

  // While the technician thinks about the due time, the lead closes it: who is too late is told.
  await technician.getByRole('button', { name: 'Owner and due time…' }).click();
  await technician.getByRole('dialog').getByLabel('Due').fill('2031-01-01T12:00');
  await inPlace.getByRole('button', { name: 'Close…' }).click();
  const closing = lead.getByRole('dialog');
  await closing.getByRole('textbox', { name: 'Cause' }).fill('The pump was low on oil');
  await seen('closed', technician.getByText('Cause: The pump was low on oil'), () =>
    closing.getByRole('button', { name: 'Close alert' }).click(),
  );
  await technician.getByRole('dialog').getByText('Somebody was faster').waitFor();
  await technician.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  const history = technician.getByRole('region', { name: 'History' });
  await eventually(() => history.getByRole('listitem').count()).toBeGreaterThanOrEqual(5);

  // Nothing holds the next run any more: it is queued as soon as somebody looks again.
  await viewer.goto(`/runs/${lab.nextId}`);
  await viewer.getByText('Blocked', { exact: true }).first().waitFor();
  await technician.goto(`/runs/${lab.nextId}`);
  await seen('the freed run', viewer.getByText('Queued', { exact: true }), () =>
    technician.getByRole('button', { name: 'Check again' }).click(),
  );
  lab.reporting.close();

  expect(late).toEqual({});
  expect(complaints).toEqual([]);
});

test('several are acknowledged by keyboard with one comment; what comes meanwhile waits and moves nothing', async () => {
  const server = await startServer();
  const complaints: Complaints = [];
  const visit = { browser, origin: server.origin, complaints };
  const engineer = await visitAs('engineer@acme.test', '/', visit);
  const { id: projectId } = await aProject(engineer, 'Inbox journey');
  const charts = ['Pressure', 'Flow', 'Power'];
  const ids = await Promise.all(
    charts.map(async (name) => {
      const limits = { from: 'given', center: 10, sigma: 1 } as const;
      const chart = { projectId, name, source: { from: 'points' }, limits } as const;
      return (await request(engineer, seriesEndpoints.create, chart)).id;
    }),
  );
  const point = (place: number) =>
    request(engineer, seriesEndpoints.addPoints, { id: String(ids[place]), points: [{ items: [20], key: 'one' }] });
  const technician = await visitAs('technician@acme.test', `/alerts?project=${projectId}`, visit);
  await technician.getByText('No active alerts').waitFor();
  const { seen, late } = witness();
  const line = (name: string) => technician.getByRole('row').filter({ has: technician.getByRole('link', { name }) });
  const shown = async () => (await technician.locator('[data-row-link]').allTextContents()).map((text) => text.trim());

  await seen('the first line', line('Pressure'), () => point(0));
  await seen('the second line', line('Flow'), () => point(1));
  expect(await shown()).toEqual(['Flow', 'Pressure']);
  await technician.keyboard.press('j');
  await technician.keyboard.press('x');
  await technician.keyboard.press('j');
  await technician.keyboard.press('x');
  await technician.getByText('2 chosen').waitFor();
  await seen('what waits', technician.getByRole('button', { name: '1 new: show' }), () => point(2));
  expect(await shown()).toEqual(['Flow', 'Pressure']);

  await technician.keyboard.press('a');
  await technician.getByRole('dialog').getByRole('textbox', { name: 'Comment' }).fill('Gas bottle changed');
  await technician.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  await technician.getByText('2 alerts acknowledged.').waitFor();
  await technician.getByRole('dialog').waitFor({ state: 'hidden' });
  await technician.keyboard.press('Escape');
  await eventually(shown).toEqual(['Power', 'Flow', 'Pressure']);
  expect(await technician.getByText('Acknowledged', { exact: true }).count()).toBeGreaterThanOrEqual(2);

  // What is chosen from the filters stands in the address.
  await technician.getByRole('radio', { name: 'Open', exact: true }).check({ force: true });
  await eventually(shown).toEqual(['Power']);
  expect(new URL(technician.url()).searchParams.get('state')).toBe('open');
  await technician.reload();
  await eventually(shown).toEqual(['Power']);
  expect(late).toEqual({});
  expect(complaints).toEqual([]);
});
