import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { callerOf } from '../support/client.js';
import { aMember, type TestUser } from '../support/console.js';
import { totpSecretOf } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { enterCode } from './support/sign-in-page.js';
import { ageProofOf, copySecret, fillIn, proofNeeded, submit, tokensPath } from './support/token-pages.js';
import { useBrowser } from './support/use-browser.js';
import { aVirtualAuthenticator } from './support/virtual-authenticator.js';

const browser = useBrowser({ env: { USAGE_FLUSH_SECONDS: '1' } });
const patience = { timeout: 20_000 };

/** Issue, use, rotate, watch, revoke; `prove` is how the person answers when they are asked. */
async function wholeStory(page: Page, user: TestUser & { workspace: { id: string } }, prove: () => Promise<void>) {
  const use = async (token: string) => (await callerOf(browser.process.baseUrl)('/api/v1/contacts', { token })).status;
  await page.goto(tokensPath(user.workspace, '/new'));
  await fillIn(page, 'CRM sync');
  await submit(page);
  await prove();
  const old = await copySecret(page);
  expect(await use(old)).toBe(200);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('img', { name: 'Bar chart: 1 requests' }).waitFor(patience);

  await ageProofOf(user);
  await page.getByRole('link', { name: 'Rotate' }).click();
  await page.getByRole('radio', { name: 'Works for 1 hour' }).check();
  await page.getByRole('button', { name: 'Rotate' }).click();
  await prove();
  const renewed = await copySecret(page);
  const watch = page.getByRole('region', { name: 'Is the old secret still used?' });
  await watch.getByText('Not used since the rotation: safe to revoke.').waitFor();
  expect([await use(renewed), await use(old)]).toEqual([200, 200]);
  await watch.getByText(/^Last used (just now|\d+ s ago): something still has it\.$/).waitFor(patience);

  await watch.getByRole('button', { name: 'Revoke the old token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke CRM sync?' });
  await dialog.getByLabel('Type “CRM sync” to confirm').fill('CRM sync');
  await dialog.getByLabel('Reason').fill('Rotated');
  await dialog.getByRole('button', { name: 'Revoke token' }).click(patience);
  await watch.getByText('The old secret no longer works.').waitFor(patience);
  expect([await use(old), await use(renewed)]).toEqual([401, 200]);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'The previous token' }).click();
  await page.getByText('Reason: Rotated').waitFor();
}

it('a token lives and ends in the console, with an authenticator app', { timeout: 90_000 }, async () => {
  const user = await aMember();
  const page = await browser.open('/account', { user, session: { mfaAgeSeconds: 400 } });
  await wholeStory(page, user, async () => {
    await page.getByRole('dialog', proofNeeded).waitFor();
    await enterCode(page, await nextTotp(totpSecretOf(user)));
  });
});

it('a token lives and ends in the console, with a passkey', { timeout: 90_000 }, async () => {
  const user = await aMember({ hasTotp: false });
  const page = await browser.open('/account/security', { user, session: { mfaAgeSeconds: null } });
  await aVirtualAuthenticator(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Label').fill('Laptop');
  await page.getByLabel('Label').press('Enter');
  await page.getByRole('checkbox', { name: 'I have kept them' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await ageProofOf(user);
  await wholeStory(page, user, async () => {
    await page.getByRole('dialog', proofNeeded).getByRole('button', { name: 'Use a passkey' }).click();
  });
});
