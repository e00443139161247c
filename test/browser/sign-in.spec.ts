import { recoveryCodesData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aMember, Console, type TestUser } from '../support/console.js';
import { recoveryPath, totpSecretOf, wrongTotp } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { expectFocused } from './support/expect-focused.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { refusalAt } from './support/refusal-at.js';
import { codeField, enterCode, enterPassword, passwordField, signOut } from './support/sign-in-page.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

/** As many as anybody may get wrong at one account from one address. */
const attemptsOfAccount = 10;

async function recoveryCodesOf(user: TestUser): Promise<string[]> {
  const console = await new Console(browser.baseUrl).enter(user);
  return recoveryCodesData.parse((await console.post(`${recoveryPath}/regenerate`)).data).recoveryCodes;
}

describe('signing in', () => {
  it('leads whoever has no second factor to their workspace', async () => {
    const user = await aMember({ hasTotp: false });
    const page = await browser.open('/sign-in');
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await expectWellShown(page);
    await enterPassword(page, user);
    await page.waitForURL(`**/workspaces/${user.workspace.id}`);
  });

  it('asks for a code, and leads to where the person wanted to go', async () => {
    const user = await aMember();
    const page = await browser.open('/account/sessions');
    await enterPassword(page, user);
    await codeField(page).waitFor();
    await expectWellShown(page);
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/account/sessions');
  });

  it.each(['//evil.test/', '/\\evil.test/', 'https://evil.test/', '/\t/evil.test/'])(
    'never leads to another site: %j',
    async (next) => {
      const user = await aMember({ hasTotp: false });
      const page = await browser.open(`/sign-in?next=${encodeURIComponent(next)}`);
      await enterPassword(page, user);
      await page.waitForURL(`${browser.baseUrl}/workspaces/${user.workspace.id}`);
    },
  );

  it('says a wrong password at the form, and puts the cursor where it is typed anew', async () => {
    const user = await aMember();
    const page = await browser.open('/sign-in');
    await page.getByLabel('E-mail address').fill(user.email);
    await passwordField(page).fill('of somebody else');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toBe('The e-mail address or the password is wrong.');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(user.email);
    await expectFocused(passwordField(page));
    await expectWellShown(page);
  });

  it('says a wrong code at its field, aloud, and takes the right one then', async () => {
    const user = await aMember();
    const secret = totpSecretOf(user);
    const page = await browser.open('/sign-in');
    await enterPassword(page, user);
    await codeField(page).fill(wrongTotp(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toBe(
      'That code is wrong, or was used already. Wait for the next one and try again.',
    );
    expect(await codeField(page).getAttribute('aria-invalid')).toBe('true');
    expect(await codeField(page).getAttribute('aria-describedby')).toContain(await alert.getAttribute('id'));
    await expectFocused(codeField(page));
    await expectWellShown(page);
    await enterCode(page, await nextTotp(secret));
    await page.waitForURL('**/workspaces/**');
  });

  it('takes a recovery code, once', async () => {
    const user = await aMember();
    const [code = ''] = await recoveryCodesOf(user);
    const enterRecoveryCode = async () => {
      const page = await browser.open('/sign-in');
      await enterPassword(page, user);
      await page.getByRole('button', { name: 'Use a recovery code instead' }).click();
      await page.getByLabel('Recovery code').fill(code);
      await page.getByLabel('Recovery code').press('Enter');
      return page;
    };
    await (await enterRecoveryCode()).waitForURL('**/workspaces/**');
    const page = await enterRecoveryCode();
    await page.getByRole('alert').waitFor();
    await expectWellShown(page);
  });

  it('goes on at the second step in a session that waits for it', async () => {
    const user = await aMember();
    const page = await browser.open('/', { user, session: { isPending: true, mfaAgeSeconds: null } });
    await page.getByRole('heading', { level: 1, name: 'Your second factor' }).waitFor();
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.waitForURL('**/workspaces/**');
  });

  it('is behind whoever has signed in already', async () => {
    const user = await aMember();
    const page = await browser.open('/sign-in?next=/account/security', { user });
    await page.getByRole('heading', { level: 1, name: 'Security' }).waitFor();
  });

  it('starts anew as somebody else', async () => {
    const [user, other] = await Promise.all([aMember(), aMember({ hasTotp: false })]);
    const page = await browser.open('/sign-in', { user, session: { isPending: true, mfaAgeSeconds: null } });
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click();
    await enterPassword(page, other);
    await page.waitForURL(`**/workspaces/${other.workspace.id}`);
  });

  it('tells whoever tried too often when to come back', async () => {
    const user = await aMember();
    const page = await browser.open('/sign-in');
    const data = { email: user.email, password: 'of somebody else' };
    for (let attempts = 0; attempts < attemptsOfAccount; attempts += 1)
      await page.request.post('/app/auth/sign-in', { data, headers: { 'X-CalKeep-Csrf': '1' } });
    await enterPassword(page, user);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/^Too many attempts\. Try again in \d+ (seconds|minutes)\.$/);
  });
});

describe('signing out', () => {
  it('says so where it did not work, rather than to let the person walk away', async () => {
    const page = await browser.open('/account', { user: await aMember() });
    await page.route('**/app/auth/sign-out', (route) => route.fulfill(refusalAt(429)));
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('alert').filter({ hasText: 'Not now.' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/account');
    await page.unrouteAll();
    await signOut(page);
    await page.goto('/account');
    await page.waitForURL('**/sign-in?next=**');
  });
});
