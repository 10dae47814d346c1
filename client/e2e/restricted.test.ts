import { identityEndpoints } from '@cobench/shared/identity/identity';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, visitAs, type Complaints } from './browser.ts';
import { aProject, chooseProject, request } from './fixtures.ts';
import { startServer } from './server.ts';
import { editor, saved, write } from './writing.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const openAccess = async (page: Page, name: string) => {
  await page.getByRole('row').filter({ hasText: name }).hover();
  await page.getByRole('button', { name: `Who sees ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Who sees “${name}”` });
  await dialog.getByText('Chosen people', { exact: true }).waitFor();
  return dialog;
};

test('a principal investigator shows a project to chosen people only: a colleague who writes in it loses it at once, and has it again when put back', async () => {
  const { origin } = await startServer();
  const complaints: Complaints = [];
  const pi = await visitAs('pi@acme.test', '/projects', { browser, origin, complaints });
  const name = 'Patent';
  const { id: projectId } = await aProject(pi, name);
  const entry = await request(pi, notebookEndpoints.create, { projectId, title: 'The idea' });
  const colleague = await visitAs('engineer@acme.test', `/notebook/${entry.id}`, { browser, origin, complaints });
  await chooseProject(colleague, name);
  await editor(colleague).waitFor();
  await write(colleague, 'Before it is a secret.');
  await saved(colleague);
  const list = await visitAs('technician@acme.test', '/projects', { browser, origin, complaints });
  await list.getByRole('link', { name }).waitFor();

  const dialog = await openAccess(pi, name);
  await dialog.getByText('Chosen people', { exact: true }).click();
  const people = dialog.getByRole('region', { name: 'People who see it' }).getByRole('listitem');
  await expect.poll(() => people.allTextContents()).toHaveLength(1);
  expect(await people.first().textContent()).toContain('(you)');
  await dialog.getByRole('button', { name: 'Add people' }).press('Enter');
  await pi.getByRole('combobox', { name: 'Find a person' }).fill('ingrid');
  await pi.getByText('Nobody else is called that.').waitFor();
  await pi.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await pi.getByText(`Only chosen people see “${name}” now.`).waitFor();
  await pi.getByRole('row').filter({ hasText: name }).getByText('Only chosen people see it').waitFor();

  // The page of the entry, the current project and the list of another: all without reloading.
  await colleague.getByText('There is no such entry').waitFor();
  await colleague.getByRole('button', { name: 'Project: All projects' }).waitFor();
  expect(await colleague.getByText('Before it is a secret.').count()).toBe(0);
  await expect.poll(() => list.getByRole('link', { name }).count()).toBe(0);
  await colleague.reload();
  await colleague.getByText('There is no such entry').waitFor();
  expect(await colleague.getByText('Before it is a secret.').count()).toBe(0);

  const again = await openAccess(pi, name);
  await again.getByRole('button', { name: 'Add people' }).press('Enter');
  await pi.getByRole('combobox', { name: 'Find a person' }).fill('mateo');
  await pi.getByRole('option', { name: 'Mateo Herrera' }).waitFor();
  await pi.keyboard.press('Enter');
  await expect.poll(() => again.getByRole('listitem').count()).toBe(2);
  await pi.keyboard.press('Escape');
  await again.getByRole('button', { name: 'Save' }).click();
  await colleague.getByText('Before it is a secret.').waitFor();
  await write(colleague, ' And after.');
  await saved(colleague);
  expect(await list.getByRole('link', { name }).count()).toBe(0);

  const { people: shown } = await request(pi, projectEndpoints.access, { id: projectId });
  expect(shown.map((person) => person.name)).toContain('Mateo Herrera');
  const last = await openAccess(pi, name);
  await last.getByText('Everybody', { exact: true }).click();
  await last.getByRole('button', { name: 'Save' }).click();
  await list.getByRole('link', { name }).waitFor();
  expect(complaints.filter((complaint) => !/status of 404/.test(complaint))).toEqual([]);
});

test('who loses a project keeps the changes that are not on the server, and they arrive when put back', async () => {
  const { origin } = await startServer();
  const pi = await visitAs('pi@acme.test', '/projects', { browser, origin });
  const { id } = await aProject(pi);
  const entry = await request(pi, notebookEndpoints.create, { projectId: id, title: 'The idea' });
  const colleague = await visitAs('engineer@acme.test', '/notebook', { browser, origin });
  let stuck = false;
  await colleague.routeWebSocket(/\/collab\//, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (!stuck) server.send(message);
    });
  });
  await colleague.goto(`/notebook/${entry.id}`);
  await editor(colleague).waitFor();
  await write(colleague, 'On the server.');
  await saved(colleague);
  stuck = true;
  await write(colleague, ' Only here.');
  const show = (version: number, people: string[]) =>
    request(pi, projectEndpoints.restrict, { id, version, restricted: true, people });
  await show(0, []);
  for (const look of [() => null, () => colleague.reload()]) {
    await look();
    await colleague.getByText('This entry was deleted, or you do not see it any more.').waitFor();
    await colleague.getByText('On the server. Only here.').waitFor();
    await colleague.getByText(/changes of yours are on this computer only/).waitFor();
  }

  stuck = false;
  const { items } = await request(pi, identityEndpoints.members, { q: 'engineer@acme.test' });
  await show(
    1,
    items.map((member) => member.id),
  );
  await pi.goto(`/notebook/${entry.id}`);
  await pi.getByText('On the server. Only here.').waitFor();
});
