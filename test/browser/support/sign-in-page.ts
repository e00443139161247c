import type { Page } from 'playwright-core';
import type { TestUser } from '../../support/console.js';

export const passwordField = (page: Page) => page.getByRole('textbox', { name: 'Password', exact: true });
export const codeField = (page: Page) => page.getByLabel('Code from your authenticator app');

/** The first step, by keyboard. */
export async function enterPassword(page: Page, { email, password }: Pick<TestUser, 'email' | 'password'>) {
  await page.getByLabel('E-mail address').fill(email);
  await passwordField(page).fill(password);
  await passwordField(page).press('Enter');
}

export async function enterCode(page: Page, code: string): Promise<void> {
  await codeField(page).fill(code);
  await codeField(page).press('Enter');
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
}
