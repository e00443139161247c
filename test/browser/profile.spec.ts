import { describe, expect, it } from 'vitest';
import { aMember } from '../support/console.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { codeField, enterCode, enterPassword } from './support/sign-in-page.js';
import { totpSecretOf } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();
const newPassword = 'other words in another row';

describe('the profile', () => {
  it('is renamed, and shown by the new name', async () => {
    const user = await aMember();
    const page = await browser.open('/account', { user });
    const name = page.getByLabel('Name', { exact: true });
    await name.waitFor();
    await expectWellShown(page);
    expect(await page.getByLabel('E-mail address').isEditable()).toBe(false);
    await name.fill('Grace Hopper');
    await name.press('Enter');
    await page.getByText('Saved.').waitFor();
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menu').getByText('Grace Hopper').waitFor();
  });

  it('says at the name what is wrong with it', async () => {
    const page = await browser.open('/account', { user: await aMember() });
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('x'.repeat(201));
    await name.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await expectWellShown(page);
  });
});

describe('the password', () => {
  it('is changed; the new one signs in', async () => {
    const user = await aMember();
    const page = await browser.open('/account', { user });
    await page.getByLabel('Current password').fill(user.password);
    await page.getByLabel('New password').fill(newPassword);
    await page.getByLabel('New password').press('Enter');
    await page.getByText('Your password was changed. Your other sessions have ended.').waitFor();
    expect(await page.getByLabel('Current password').inputValue()).toBe('');

    const elsewhere = await browser.open('/sign-in');
    await enterPassword(elsewhere, user);
    await elsewhere.getByText('The e-mail address or the password is wrong.').waitFor();
    await enterPassword(elsewhere, { ...user, password: newPassword });
    await codeField(elsewhere).waitFor();
  });

  it('is not changed by whoever does not know the old one, nor to a common one', async () => {
    const user = await aMember();
    const page = await browser.open('/account', { user });
    await page.getByLabel('Current password').fill('of somebody else');
    await page.getByLabel('New password').fill(newPassword);
    await page.getByLabel('New password').press('Enter');
    await page.getByRole('alert').filter({ hasText: 'The current password is wrong.' }).waitFor();
    await expectWellShown(page);
    await page.getByLabel('Current password').fill(user.password);
    await page.getByLabel('New password').fill('password1234');
    await page.getByLabel('New password').press('Enter');
    await page.getByRole('alert').filter({ hasText: 'among the first that anybody would guess' }).waitFor();
    expect(await page.getByLabel('New password').getAttribute('aria-invalid')).toBe('true');
  });

  it('is changed after a proof that had become stale, without being typed again', async () => {
    const user = await aMember();
    const page = await browser.open('/account', { user, session: { mfaAgeSeconds: 301 } });
    await page.getByLabel('Current password').fill(user.password);
    await page.getByLabel('New password').fill(newPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
    await expectWellShown(page);
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByText('Your password was changed.').waitFor();
  });

  it('stays as it is, and what was typed too, when the proof is not given', async () => {
    const user = await aMember();
    const page = await browser.open('/account', { user, session: { mfaAgeSeconds: 301 } });
    await page.getByLabel('Current password').fill(user.password);
    await page.getByLabel('New password').fill(newPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Current password').inputValue()).toBe(user.password);
    expect(await page.getByLabel('New password').inputValue()).toBe(newPassword);
  });
});
