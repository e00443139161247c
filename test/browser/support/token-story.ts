import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { callerOf } from '../../support/client.js';
import type { TestUser } from '../../support/console.js';
import { ageProofOf, copySecret, fillIn, submit, tokensPath } from './token-pages.js';
import type { UsedBrowser } from './use-browser.js';

/** Of the browser's process: counts are to be seen soon. */
export const storyOptions = { env: { USAGE_FLUSH_SECONDS: '1' } } as const;

const patience = { timeout: 20_000 };

interface Story {
  page: Page;
  user: TestUser & { workspace: { id: string } };
  /** How the person answers when they are asked for the second factor. */
  prove: () => Promise<void>;
}

/** Issue, use, rotate, watch, revoke. */
export async function wholeStory(browser: UsedBrowser, { page, user, prove }: Story): Promise<void> {
  const use = async (token: string) => (await callerOf(browser.process.baseUrl)('/api/v1/contacts', { token })).status;
  await page.goto(tokensPath(user.workspace, '/new'));
  await fillIn(page, 'CRM sync');
  await submit(page);
  await prove();
  const old = await copySecret(page);
  expect(await use(old)).toBe(200);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('img', { name: 'Bar chart: 1 requests' }).waitFor(patience);

  await ageProofOf(user);
  await page.getByRole('link', { name: 'Rotate' }).click();
  await page.getByRole('radio', { name: 'Works for 1 hour' }).check();
  await page.getByRole('button', { name: 'Rotate' }).click();
  await prove();
  const renewed = await copySecret(page);
  const watch = page.getByRole('region', { name: 'Is the old secret still used?' });
  await watch.getByText('Not used since the rotation: safe to revoke.').waitFor();
  expect([await use(renewed), await use(old)]).toEqual([200, 200]);
  await watch.getByText(/^Last used (just now|\d+ s ago): something still has it\.$/).waitFor(patience);

  await watch.getByRole('button', { name: 'Revoke the old token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke CRM sync?' });
  await dialog.getByLabel('Type “CRM sync” to confirm').fill('CRM sync');
  await dialog.getByLabel('Reason').fill('Rotated');
  await dialog.getByRole('button', { name: 'Revoke token' }).click(patience);
  await watch.getByText('The old secret no longer works.').waitFor(patience);
  expect([await use(old), await use(renewed)]).toEqual([401, 200]);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'The previous token' }).click();
  await page.getByText('Reason: Rotated').waitFor();
}
