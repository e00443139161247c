import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { anEmail } from '../support/invitations.js';
import { nextTotp } from '../support/totp-of.js';
import { expectFocused } from './support/expect-focused.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { codeField, enterCode, enterPassword, passwordField, signOut } from './support/sign-in-page.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();
const password = 'several words in a row';

async function signUp(email: string, { password: chosen = password } = {}): Promise<Page> {
  const page = await browser.open('/sign-up');
  await page.getByLabel('Your name').fill('Grace Hopper');
  await page.getByLabel('E-mail address').fill(email);
  await passwordField(page).fill(chosen);
  await page.getByLabel('Workspace').fill('Harbour Lane');
  await page.getByLabel('Workspace').press('Enter');
  return page;
}

/** @returns the key that the app would keep. */
async function beginTotp(page: Page): Promise<string> {
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
  await expectWellShown(page);
  await page.getByRole('button', { name: 'Copy the key' }).click();
  await page.getByText('Copied').waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

describe('signing up', () => {
  it('leads from an account over an authenticator app and its recovery codes to a sign-in with a code', async () => {
    const email = anEmail();
    const page = await signUp(email);
    await page.waitForURL('**/workspaces/**');
    await page.getByRole('button', { name: 'Workspace Harbour Lane, switch' }).waitFor();

    const secret = await beginTotp(page);
    const code = page.getByLabel('Code that the app shows now');
    await code.fill(await nextTotp(secret));
    await code.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Your recovery codes' });
    await dialog.waitFor();
    await expectWellShown(page);

    await keepRecoveryCodes(page, email);
    await signOut(page);
    await enterPassword(page, { email, password });
    await codeField(page).waitFor();
    await enterCode(page, await nextTotp(secret));
    await page.waitForURL('**/workspaces/**');
  });

  it.each([
    ['too short', 'short', 'Use at least 12 characters.'],
    ['too long', 'long '.repeat(26), 'Use at most 128 characters.'],
    ['common', 'password1234', 'This password is among the first that anybody would guess. Choose another one.'],
  ])('refuses a password that is %s, at its field', async (_name, chosen, refusal) => {
    const page = await signUp(anEmail(), { password: chosen });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toBe(refusal);
    expect(await passwordField(page).getAttribute('aria-describedby')).toContain(await alert.getAttribute('id'));
    await expectFocused(passwordField(page));
    expect(await page.getByLabel('Workspace').inputValue()).toBe('Harbour Lane');
    await expectWellShown(page);
  });

  it('says of a wrong code that the app was not set up, and lets it be tried again', async () => {
    const page = await signUp(anEmail());
    await page.waitForURL('**/workspaces/**');
    await beginTotp(page);
    const code = page.getByLabel('Code that the app shows now');
    await code.fill('12345');
    await code.press('Enter');
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await code.getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Set up' }).waitFor();
  });
});

/** The dialog goes only after the person has said that they keep the codes, which the clipboard and the file hold. */
async function keepRecoveryCodes(page: Page, email: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Your recovery codes' });
  await page.keyboard.press('Escape');
  expect(await dialog.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
  const [question] = await Promise.all([
    page.waitForEvent('dialog'),
    page.evaluate(() => setTimeout(() => location.reload(), 0)),
  ]);
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await dialog.getByRole('button', { name: 'Copy the codes' }).click();
  await dialog.getByText('Copied').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.split('\n')).toHaveLength(10);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('calkeep-recovery-codes.txt');
  const file = await readFile(await download.path(), 'utf8');
  expect(file).toContain(email);
  expect(file).toContain(copied);
  await dialog.getByRole('checkbox', { name: 'I have kept them' }).check();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('10 of 10 codes are left.').waitFor();
}
