import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { aMember, type TestUser } from '../support/console.js';
import { enterPassword, passwordField, signOut } from './support/sign-in-page.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();
const sessionEnded = { name: 'Your session has ended' };

/** Two tabs of one browser at the person's profile. */
async function twoTabs(user: TestUser): Promise<[Page, Page]> {
  const context = await browser.visit({ user });
  const open = async () => {
    const page = await context.newPage();
    await page.goto('/account');
    await page.getByLabel('Name', { exact: true }).waitFor();
    return page;
  };
  return [await open(), await open()];
}

describe('two tabs of one browser', () => {
  it('ask to sign in again where the other one has signed out, and lose nothing that was typed', async () => {
    const user = await aMember({ hasTotp: false });
    const [one, other] = await twoTabs(user);
    await one.getByLabel('Name', { exact: true }).fill('Grace Hopper');
    await signOut(other);
    await one.getByRole('dialog', sessionEnded).waitFor();
    await passwordField(one).fill(user.password);
    await passwordField(one).press('Enter');
    await one.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await one.getByLabel('Name', { exact: true }).inputValue()).toBe('Grace Hopper');
    // The one that had signed out has somebody signed in by now.
    await other.waitForURL('**/workspaces/**');
  });

  it('go on where the same person signs in again in the other one', async () => {
    const user = await aMember({ hasTotp: false });
    const [one, other] = await twoTabs(user);
    await one.getByLabel('Name', { exact: true }).fill('Grace Hopper');
    await signOut(other);
    await one.getByRole('dialog', sessionEnded).waitFor();
    await enterPassword(other, user);
    await one.getByRole('dialog').waitFor({ state: 'hidden' });
    await one.getByRole('button', { name: 'Save' }).click();
    await one.getByText('Saved.').waitFor();
  });

  it('start anew where somebody else signs in in the other one', async () => {
    const [user, stranger] = await Promise.all([aMember({ hasTotp: false }), aMember({ hasTotp: false })]);
    const [one, other] = await twoTabs(user);
    await signOut(other);
    await one.getByRole('dialog', sessionEnded).waitFor();
    await enterPassword(other, stranger);
    await one.waitForURL(`**/workspaces/${stranger.workspace.id}`);
    expect(await one.getByText(user.email).count()).toBe(0);
  });
});
