import { recoveryCodesData } from '@calkeep/contract';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aMember, Console, type TestUser } from '../support/console.js';
import { recoveryPath, totpSecretOf, wrongTotp } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { expectFocused } from './support/expect-focused.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { enterCode, passwordField } from './support/sign-in-page.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();
const sessionEnded = { name: 'Your session has ended' };
const proofNeeded = { name: 'Confirm that it is you' };

/** As when they have expired. */
function endSessionsOf({ uuid }: TestUser): Promise<void> {
  return administerRows('delete from sessions where user_id = $1', [uuid]);
}

/** In the middle of a form that is filled in and not yet sent. */
async function typing(user: TestUser, session = {}): Promise<Page> {
  const page = await browser.open('/account', { user, session });
  await page.getByLabel('Name', { exact: true }).fill('Grace Hopper');
  return page;
}

const save = (page: Page) => page.getByRole('button', { name: 'Save' }).click();

async function signInAgain(page: Page, { password }: TestUser): Promise<void> {
  await page.getByRole('dialog', sessionEnded).waitFor();
  await passwordField(page).fill(password);
  await passwordField(page).press('Enter');
}

describe('a session that ends in the middle of something', () => {
  it('is begun again by the same person, and what they had typed is saved', async () => {
    const user = await aMember();
    const page = await typing(user);
    await endSessionsOf(user);
    await save(page);
    const dialog = page.getByRole('dialog', sessionEnded);
    await dialog.waitFor();
    expect(await dialog.getByLabel('E-mail address').inputValue()).toBe(user.email);
    expect(await dialog.getByLabel('E-mail address').isEditable()).toBe(false);
    await expectFocused(passwordField(page));
    await expectWellShown(page);
    await signInAgain(page, user);
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByText('Saved.').waitFor();
    await dialog.waitFor({ state: 'hidden' });
    await page.reload();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Grace Hopper');
  });

  it('says a wrong password and a wrong code in the dialog', async () => {
    const user = await aMember();
    const page = await typing(user);
    await endSessionsOf(user);
    await save(page);
    await signInAgain(page, { ...user, password: 'of somebody else' });
    await page.getByRole('alert').filter({ hasText: 'The e-mail address or the password is wrong.' }).waitFor();
    await signInAgain(page, user);
    await enterCode(page, wrongTotp(totpSecretOf(user)));
    await page.getByRole('alert').filter({ hasText: 'That code is wrong' }).waitFor();
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByText('Saved.').waitFor();
  });

  it('leaves the page as it was for whoever gives up, and asks again at the next try', async () => {
    const user = await aMember({ hasTotp: false });
    const page = await typing(user);
    await endSessionsOf(user);
    await save(page);
    await page.getByRole('dialog', sessionEnded).getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('alert').filter({ hasText: 'Sign in first.' }).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Grace Hopper');
    await save(page);
    await signInAgain(page, user);
    await page.getByText('Saved.').waitFor();
  });

  it('is asked for the proof too where a recovery code began it again', async () => {
    const user = await aMember();
    const console = await new Console(browser.baseUrl).enter(user);
    const { recoveryCodes } = recoveryCodesData.parse((await console.post(`${recoveryPath}/regenerate`)).data);
    const page = await browser.open('/account/security', { user });
    await page.getByRole('button', { name: 'Make ten new codes' }).click();
    await endSessionsOf(user);
    await page.getByRole('dialog').getByRole('button', { name: 'Make ten new codes' }).click();
    await signInAgain(page, user);
    await page.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(recoveryCodes[0] ?? '');
    await page.getByRole('textbox', { name: 'Recovery code' }).press('Enter');
    await page.getByRole('dialog', proofNeeded).waitFor();
    expect(await page.getByRole('button', { name: 'Use a recovery code instead' }).count()).toBe(0);
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByRole('dialog', { name: 'Your recovery codes' }).waitFor();
  });
});

describe('a proof that has become stale', () => {
  it('is given on the spot, and new recovery codes are made without asking again', async () => {
    const user = await aMember();
    const page = await browser.open('/account/security', { user, session: { mfaAgeSeconds: 301 } });
    await page.getByRole('button', { name: 'Make ten new codes' }).click();
    await expectWellShown(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Make ten new codes' }).click();
    await page.getByRole('dialog', proofNeeded).waitFor();
    await expectWellShown(page);
    await enterCode(page, wrongTotp(totpSecretOf(user)));
    await page.getByRole('alert').filter({ hasText: 'That code is wrong' }).waitFor();
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByRole('dialog', { name: 'Your recovery codes' }).waitFor();
    await page.getByRole('dialog', proofNeeded).waitFor({ state: 'hidden' });
  });

  it('changes nothing for whoever gives up', async () => {
    const user = await aMember();
    const page = await browser.open('/account/security', { user, session: { mfaAgeSeconds: 301 } });
    await page.getByRole('button', { name: 'Make ten new codes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make ten new codes' }).click();
    await page.getByRole('dialog', proofNeeded).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', proofNeeded).waitFor({ state: 'hidden' });
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('0 of 10 codes are left.').waitFor();
  });
});
