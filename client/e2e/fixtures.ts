import type { Endpoint } from '@cobench/shared/endpoint';
import { notebookEndpoints, type Entry } from '@cobench/shared/notebook/entry';
import { projectEndpoints, type Project } from '@cobench/shared/projects/project';
import type { Page } from 'playwright-core';
import type { z } from 'zod';

/** Calls the API as the person signed in on this page: what a journey needs before it begins. */
export async function request<I extends z.ZodType, O extends z.ZodType>(
  page: Page,
  contract: Endpoint<I, O>,
  input: z.input<I>,
): Promise<z.output<O>> {
  const fields = { ...(input as Record<string, unknown>) };
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(fields[name]);
    delete fields[name];
    return value;
  });
  const payload = contract.method === 'get' ? { params: fields as Record<string, string> } : { data: fields };
  // A connection that is kept may be closed by the server just as it is used again; browsers try again, this does not.
  const headers = { connection: 'close' };
  const response = await page.request.fetch(path, { method: contract.method, headers, ...payload });
  if (!response.ok()) throw new Error(`${contract.method} ${path}: ${await response.text()}`);
  return contract.output.parse(await response.json());
}

let serial = 0;

export const aProject = (page: Page, name = `Journey ${++serial}`): Promise<Project> =>
  request(page, projectEndpoints.create, { name });

export async function anEntry(page: Page, title = 'Shared page'): Promise<Entry> {
  const { id: projectId } = await aProject(page);
  return request(page, notebookEndpoints.create, { projectId, title });
}

/** Makes a project the current one, by the switcher in the top bar. */
export async function chooseProject(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Project:/ }).click();
  await page.getByRole('option', { name }).click();
  await page.getByRole('button', { name: `Project: ${name}` }).waitFor();
}
