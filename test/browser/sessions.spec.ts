import { describe, expect, it } from 'vitest';
import { aMember, aSession, type TestUser } from '../support/console.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { refusalAt } from './support/refusal-at.js';
import { enterPassword } from './support/sign-in-page.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();
const onPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** Signed in through the page, on a telephone. */
async function elsewhere(user: TestUser) {
  const page = await browser.open('/sign-in', { userAgent: onPhone });
  await enterPassword(page, user);
  await page.waitForURL('**/workspaces/**');
  return page;
}

describe('the sessions', () => {
  it('are named by browser and system, this one first', async () => {
    const user = await aMember({ hasTotp: false });
    const page = await browser.open('/account/sessions', { user });
    await elsewhere(user);
    await page.reload();
    const rows = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
    await rows.nth(1).waitFor();
    expect(await rows.nth(0).innerText()).toMatch(/This session/);
    expect(await rows.nth(1).innerText()).toMatch(/Safari 18 on iOS/);
    expect(await rows.nth(0).getByRole('button').count()).toBe(0);
    await expectWellShown(page);
  });

  it('are ended one by one', async () => {
    const user = await aMember({ hasTotp: false });
    const other = await elsewhere(user);
    const page = await browser.open('/account/sessions', { user });
    await page.getByRole('button', { name: 'End the session of Safari 18 on iOS' }).click();
    await page.getByText('The session has ended.').waitFor();
    await page.getByRole('listitem').nth(1).waitFor({ state: 'hidden' });
    await other.goto('/account');
    await other.waitForURL('**/sign-in?next=**');
  });

  it('are ended all at once, but for this one', async () => {
    const user = await aMember({ hasTotp: false });
    await Promise.all([aSession(user), aSession(user)]);
    const page = await browser.open('/account/sessions', { user });
    await page.getByRole('button', { name: 'End all other sessions' }).click();
    await page.getByRole('dialog').waitFor();
    await expectWellShown(page);
    await page.getByRole('dialog').getByRole('button', { name: 'End all other sessions' }).click();
    await page.getByText('All your other sessions have ended.').waitFor();
    await page.getByRole('listitem').nth(1).waitFor({ state: 'hidden' });
    await page.getByText('This session').waitFor();
    await page.reload();
    await page.getByText('This session').waitFor();
    expect(await page.getByRole('listitem').count()).toBe(1);
  });

  it.each([
    ['/account/sessions', '**/app/auth/sessions', 'This session'],
    ['/account/security', '**/app/auth/mfa', 'Authenticator app'],
  ])('say at %s what went wrong, and try again when asked to', async (path, called, shown) => {
    const page = await (await browser.visit({ user: await aMember() })).newPage();
    await page.route(called, (route) => route.fulfill(refusalAt(429)));
    await page.goto(path);
    await page.getByRole('alert').filter({ hasText: 'Not now.' }).waitFor();
    await expectWellShown(page);
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(shown).first().waitFor();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
  });
});
