import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aToken, aWorkspace } from '../support/builders.js';
import { aMember } from '../support/console.js';
import { totpSecretOf } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { enterCode, passwordField } from './support/sign-in-page.js';
import {
  copySecret,
  endSessionsOf,
  fillIn,
  proofNeeded,
  sessionEnded,
  submit,
  tokensPath,
} from './support/token-pages.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

async function theForm(options: Parameters<typeof aMember>[0] = {}, session = {}) {
  const user = await aMember(options);
  const page = await browser.open(tokensPath(user.workspace, '/new'), { user, session });
  await page.getByLabel('Label').waitFor();
  return { user, page };
}

/** Everywhere that a page keeps something. */
function keptBy(page: Page): Promise<string> {
  return page.evaluate(async () =>
    JSON.stringify([
      document.documentElement.outerHTML,
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      location.href,
      document.cookie,
      await caches.keys(),
      await indexedDB.databases(),
      performance.getEntries().map(({ name }) => name),
    ]),
  );
}

describe('generating a token', () => {
  it('says what is missing where it is missing, and is well shown', async () => {
    const { page } = await theForm();
    await submit(page);
    await page.getByRole('alert').filter({ hasText: 'Give it a label.' }).waitFor();
    await page.getByRole('alert').filter({ hasText: 'Choose at least one scope.' }).waitFor();
    expect(await page.getByLabel('Label').evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByLabel('Allowed addresses').fill('203.0.113.0/24\n203.0.113.300');
    await page.getByText('Custom', { exact: true }).click();
    await submit(page);
    await page.getByText('“203.0.113.300” is neither an address nor a range').waitFor();
    await page.getByText('Choose a day in the future.').waitFor();
    await expectWellShown(page);
  });

  it('keeps what was typed while a stale proof is renewed', async () => {
    const { user, page } = await theForm({}, { mfaAgeSeconds: 400 });
    await fillIn(page, 'Nightly export');
    await page.getByRole('radio', { name: 'Sandbox' }).click();
    await page.getByText('7 days', { exact: true }).click();
    await submit(page);
    await page.getByRole('dialog', proofNeeded).getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Label').inputValue()).toBe('Nightly export');
    await submit(page);
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    expect(await copySecret(page)).toMatch(/^ck_test_/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'Nightly export' }).waitFor();
    await page.getByText('It expires in 7 days.').waitFor();
    expect(await page.getByText('contacts:write').count()).toBe(1);
  });

  it('keeps what was typed while a session that has ended is begun again', async () => {
    const { user, page } = await theForm({ hasTotp: true });
    await fillIn(page, 'Nightly export');
    await endSessionsOf(user);
    await submit(page);
    await page.getByRole('dialog', sessionEnded).waitFor();
    await passwordField(page).fill(user.password);
    await passwordField(page).press('Enter');
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    expect(await copySecret(page)).toMatch(/^ck_live_/);
  });

  it('offers no longer life than the workspace allows, and says why', async () => {
    const workspace = await aWorkspace();
    await administerRows('update workspaces set token_lifetime_days_max = 30 where id = $1', [workspace.uuid]);
    const { page } = await theForm({ workspace });
    for (const name of ['90 days', '1 year', 'Never'])
      expect(await page.getByRole('radio', { name }).isDisabled(), name).toBe(true);
    expect(await page.getByRole('radio', { name: '30 days' }).isChecked()).toBe(true);
    await page.getByText('This workspace lets tokens live for at most 30 days').waitFor();
    // The rule may have changed since the page was read: the server’s word stands at the field.
    await administerRows('update workspaces set token_lifetime_days_max = 3 where id = $1', [workspace.uuid]);
    await fillIn(page, 'Late');
    await submit(page);
    await page.getByRole('alert').filter({ hasText: 'at most 3 days from now' }).waitFor();
  });

  it('tells how many tokens the plan has when they are all in use', async () => {
    const workspace = await aWorkspace();
    await Promise.all(Array.from({ length: 50 }, () => aToken({ workspace })));
    const { page } = await theForm({ workspace });
    await fillIn(page, 'One too many');
    await submit(page);
    await page.getByText('Business includes 50 active tokens.').waitFor();
    await expectWellShown(page);
    await page.getByRole('link', { name: 'Show active tokens' }).click();
    await page.waitForURL('**/api-tokens?status=active');
  });

  it('says before anything is typed that a second factor is needed', async () => {
    const { page } = await theForm({ hasTotp: false }, { mfaAgeSeconds: null });
    await page.getByText('Set up a second factor first').waitFor();
    await page.getByRole('link', { name: 'Set it up' }).click();
    await page.waitForURL('**/account/security');
  });
});

describe('the secret', () => {
  async function theSecret() {
    const { user, page } = await theForm();
    await fillIn(page, 'CRM sync');
    await submit(page);
    await page.getByRole('heading', { name: 'Copy your token now' }).waitFor();
    return { user, page };
  }

  it('is not left behind by a slip', async () => {
    const { page } = await theSecret();
    await expectWellShown(page);
    await page.getByRole('link', { name: 'Members' }).click();
    await page.getByRole('dialog', { name: 'Leave without the token?' }).waitFor();
    await expectWellShown(page);
    await page.getByRole('button', { name: 'Stay here' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const asked = page.waitForEvent('dialog');
    void page.reload().catch(() => undefined);
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await page.getByRole('heading', { name: 'Copy your token now' }).waitFor();
    await page.getByRole('link', { name: 'Members' }).click();
    await page.getByRole('button', { name: 'Leave without it' }).click();
    await page.waitForURL('**/members');
  });

  it('lets whoever has stored it go on, by copying or by saying so', async () => {
    const { page } = await theSecret();
    await page.getByRole('checkbox', { name: 'I have stored it somewhere safe' }).check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.waitForURL('**/api-tokens/tok_*');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('stands with a command that works here', async () => {
    const { page } = await theSecret();
    await page.getByRole('button', { name: 'Copy the command' }).click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toMatch(
      /^curl -sS -H 'Authorization: Bearer ck_live_\w{42}' 'http:\/\/localhost:\d+\/api\/v1\/me'$/,
    );
    expect(command).toContain(browser.baseUrl);
  });

  it('is nowhere once the page is left', async () => {
    const { page } = await theSecret();
    const secret = await copySecret(page);
    expect((await keptBy(page)).includes(secret)).toBe(true);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'All tokens' }).waitFor();
    expect((await keptBy(page)).includes(secret)).toBe(false);
    await page.goBack();
    await page.getByLabel('Label').waitFor();
    expect((await keptBy(page)).includes(secret)).toBe(false);
    await page.goForward();
    await page.getByRole('link', { name: 'All tokens' }).waitFor();
    expect((await keptBy(page)).includes(secret)).toBe(false);
  });
});
