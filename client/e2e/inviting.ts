import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Opens the link of the newest mail to somebody, from the page of mails that a development server has. */
export async function followMail(page: Page, to: string): Promise<void> {
  const mail = page
    .getByRole('article')
    .filter({ hasText: `To ${to},` })
    .first();
  await expect
    .poll(async () => {
      await page.goto('/dev/mail');
      return mail.count();
    })
    .toBe(1);
  await mail.getByRole('link').click();
}

/** Invites somebody on the page of people. */
export async function inviteTo(admin: Page, email: string, role: string): Promise<void> {
  await admin.goto('/people');
  await admin.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel(/^Role/).click();
  await admin.getByRole('option', { name: role }).click();
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  await admin.getByText(`${email} is invited.`).waitFor();
}
