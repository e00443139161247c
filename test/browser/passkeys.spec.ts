import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aMember } from '../support/console.js';
import { totpSecretOf } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { expectFocused } from './support/expect-focused.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { enterCode, enterPassword, signOut } from './support/sign-in-page.js';
import { useBrowser } from './support/use-browser.js';
import { aVirtualAuthenticator } from './support/virtual-authenticator.js';

const browser = useBrowser();

/** Up to the browser's own prompt, which the virtual authenticator answers. */
async function addPasskey(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Label').fill(label);
  await page.getByLabel('Label').press('Enter');
}

async function keepCodes(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: 'I have kept them' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
}

describe('passkeys', () => {
  it('are a second factor from the first one on, and the first thing that the sign-in offers', async () => {
    const user = await aMember({ hasTotp: false });
    const page = await browser.open('/account/security', { user, session: { mfaAgeSeconds: null } });
    await aVirtualAuthenticator(page, { isSynced: true });
    await page.getByText('Your account has no second factor').waitFor();
    await expectWellShown(page);
    await addPasskey(page, 'Work laptop');
    await keepCodes(page);
    await page.getByText('Synced').waitFor();
    await expectWellShown(page);

    await signOut(page);
    await enterPassword(page, user);
    await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
    await expectWellShown(page);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL('**/workspaces/**');
  });

  it('are renamed and removed', async () => {
    const user = await aMember();
    const page = await browser.open('/account/security', { user });
    await aVirtualAuthenticator(page);
    await addPasskey(page, 'Laptop');
    await keepCodes(page);

    await page.getByRole('button', { name: 'Rename Laptop' }).click();
    await page.getByLabel('Label').fill('Old laptop');
    await page.getByLabel('Label').press('Enter');
    await page.getByRole('button', { name: 'Remove Old laptop' }).click();
    await page.getByRole('dialog').waitFor();
    await expectWellShown(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    // It was this very passkey that the session has proven last.
    await page.getByText('You have just proven this one.').waitFor();
    await expectWellShown(page);
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByText('No passkeys yet.').waitFor();
    await page.getByText('The passkey was removed.').waitFor();
    await expectFocused(page.getByRole('region', { name: 'Passkeys' }));
  });

  it('are asked for first where a proof has become stale, with the app beside them', async () => {
    const user = await aMember();
    const page = await browser.open('/account/security', { user });
    const authenticator = await aVirtualAuthenticator(page);
    await addPasskey(page, 'Laptop');
    await keepCodes(page);
    await administerRows(`update sessions set mfa_verified_at = now() - interval '301 seconds' where user_id = $1`, [
      user.uuid,
    ]);
    await page.getByRole('button', { name: 'Make ten new codes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make ten new codes' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await expectFocused(dialog.getByRole('button', { name: 'Use a passkey' }));
    await dialog.getByRole('button', { name: 'Use a code from your app instead' }).waitFor();
    await expectWellShown(page);
    await authenticator.setVerified(false);
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').filter({ hasText: 'The passkey was not used' }).waitFor();
    await authenticator.setVerified(true);
    await dialog.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('dialog', { name: 'Your recovery codes' }).waitFor();
  });

  it('stay where the last one would go', async () => {
    const user = await aMember();
    const page = await browser.open('/account/security', { user });
    await page.getByRole('region', { name: 'Authenticator app' }).getByRole('button', { name: 'Remove' }).click();
    await page.getByText('It is your only second factor.').waitFor();
    await expectWellShown(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('that are not given are spoken of kindly, and asked for again', async () => {
    const user = await aMember({ hasTotp: false });
    const page = await browser.open('/account/security', { user, session: { mfaAgeSeconds: null } });
    const authenticator = await aVirtualAuthenticator(page);
    await authenticator.setVerified(false);
    await addPasskey(page, 'Phone');
    const alert = page.getByRole('alert').filter({ hasText: 'The passkey was not used' });
    await alert.waitFor();
    await expectWellShown(page);
    await authenticator.setVerified(true);
    await page.getByRole('button', { name: 'Continue' }).click();
    await keepCodes(page);
    await signOut(page);

    await enterPassword(page, user);
    await authenticator.setVerified(false);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await alert.waitFor();
    await authenticator.setVerified(true);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL('**/workspaces/**');
  });

  it('are not made twice on one device', async () => {
    const user = await aMember({ hasTotp: false });
    const page = await browser.open('/account/security', { user, session: { mfaAgeSeconds: null } });
    await aVirtualAuthenticator(page);
    await addPasskey(page, 'Phone');
    await keepCodes(page);
    await addPasskey(page, 'The same phone');
    await page.getByText('This device already has a passkey for your account.').waitFor();
    await expectWellShown(page);
    expect(await page.getByRole('button', { name: /^Rename / }).count()).toBe(1);
  });
});
