import type { Page } from 'playwright-core';
import { administerRows } from '../../support/administer-rows.js';
import type { TestUser } from '../../support/console.js';

export const proofNeeded = { name: 'Confirm that it is you' };
export const sessionEnded = { name: 'Your session has ended' };

export const tokensPath = ({ id }: { id: string }, rest = '') => `/workspaces/${id}/api-tokens${rest}`;

export const submit = (page: Page) => page.getByRole('button', { name: 'Generate token' }).click();

/** The least that the form asks for. */
export async function fillIn(page: Page, label: string): Promise<void> {
  await page.getByLabel('Label').fill(label);
  await page.getByRole('button', { name: 'Sync contacts' }).click();
}

/** As a person takes it: by the button, out of the clipboard. */
export async function copySecret(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Copy the token' }).click();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** As if the second factor had been proven longer ago than counts as recent. */
export function ageProofOf({ uuid }: TestUser): Promise<void> {
  return administerRows(`update sessions set mfa_verified_at = now() - interval '400 seconds' where user_id = $1`, [
    uuid,
  ]);
}

/** As when they have expired. */
export function endSessionsOf({ uuid }: TestUser): Promise<void> {
  return administerRows('delete from sessions where user_id = $1', [uuid]);
}
