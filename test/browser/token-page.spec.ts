import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { arrange, aToken, type TestToken, type TokenOptions } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { aMember } from '../support/console.js';
import { totpSecretOf } from '../support/second-factors.js';
import { nextTotp } from '../support/totp-of.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { enterCode } from './support/sign-in-page.js';
import { proofNeeded, tokensPath } from './support/token-pages.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

async function thePage(options: TokenOptions = {}, session = {}) {
  const user = await aMember();
  const token = await aToken({ workspace: user.workspace, label: 'CRM sync', ...options });
  const page = await browser.open(tokensPath(user.workspace, `/${token.id}`), { user, session });
  await page.getByRole('heading', { name: 'CRM sync' }).waitFor();
  return { user, token, page };
}

async function statusOf({ secret }: TestToken): Promise<number> {
  return (await callerOf(browser.process.baseUrl)('/api/v1/me', { token: secret })).status;
}

/** Requests of this hour, and of an hour ten days ago. */
function counted({ workspace, uuid }: TestToken): Promise<unknown> {
  return arrange(workspace.uuid, (client) =>
    client.query(
      `insert into api_token_usage (workspace_id, token_id, hour, succeeded, client_errors, server_errors, rate_limited)
       select $1, $2, date_trunc('hour', now()) - days * interval '1 day', 70, 20, 10, 5 from unnest('{0,10}'::int[]) days`,
      [workspace.uuid, uuid],
    ),
  );
}

describe('a token’s page', () => {
  it('disables at once, and enables with a recent proof', async () => {
    const { user, token, page } = await thePage({}, { mfaAgeSeconds: 400 });
    await page.getByRole('button', { name: 'Disable' }).click();
    const dialog = page.getByRole('dialog', { name: 'Disable CRM sync?' });
    await dialog.waitFor();
    await expectWellShown(page);
    await dialog.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Enable' }).waitFor();
    expect(await statusOf(token)).toBe(401);
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByRole('dialog', proofNeeded).waitFor();
    await enterCode(page, await nextTotp(totpSecretOf(user)));
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    expect(await statusOf(token)).toBe(200);
  });

  it('is edited: label, addresses, and scopes that are taken away', async () => {
    const { page } = await thePage({ scopes: ['contacts:read', 'contacts:write', 'tasks:read'] });
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit token' });
    await dialog.waitFor();
    await expectWellShown(page);
    await dialog.getByLabel('Label').fill('CRM import');
    await dialog.getByLabel('Allowed addresses').fill('nowhere');
    expect(await dialog.getByRole('checkbox').count()).toBe(3);
    await dialog.getByRole('checkbox', { name: 'Write' }).uncheck();
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await dialog.getByText('“nowhere” is neither').waitFor();
    await dialog.getByLabel('Allowed addresses').fill('203.0.113.9');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { name: 'CRM import' }).waitFor();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('203.0.113.9/32').waitFor();
    await expect.poll(() => page.getByText('contacts:write').count()).toBe(0);
    expect(await page.getByText('contacts:read').count()).toBe(1);
  });

  it('asks for the label only of a token that was used within a day', async () => {
    const { token, page } = await thePage();
    const dialog = page.getByRole('dialog', { name: 'Revoke CRM sync?' });
    const submit = dialog.getByRole('button', { name: 'Revoke token' });
    await page.getByRole('button', { name: 'Revoke' }).click();
    await expect.poll(() => submit.isEnabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });

    await administerRows(`update api_tokens set last_used_at = now() - interval '23 hours' where id = $1`, [
      token.uuid,
    ]);
    await page.reload();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await dialog.getByText('the last call came 23 hours ago').waitFor();
    await expectWellShown(page);
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Type “CRM sync” to confirm').fill('CRM');
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Type “CRM sync” to confirm').fill('CRM sync');
    await dialog.getByLabel('Reason').fill('Leaked in a log');
    await submit.click();
    await page.getByText('Reason: Leaked in a log').waitFor();
    expect(await statusOf(token)).toBe(401);
    for (const name of ['Edit', 'Disable', 'Revoke', 'Enable'])
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  });

  it('does not rotate what was rotated, and watches the old secret from both pages', async () => {
    const { page } = await thePage();
    await page.getByRole('link', { name: 'Rotate' }).click();
    await page.getByRole('radio', { name: 'Works for 24 hours' }).waitFor();
    await expectWellShown(page);
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('heading', { name: 'Copy your token now' }).waitFor();
    // Within ten seconds of the rotation the new token would go with the old one.
    await page.getByRole('button', { name: 'Revoke the old token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke CRM sync?' });
    await dialog.getByRole('status').filter({ hasText: 'would be revoked with it' }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Revoke token' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('checkbox', { name: 'I have stored it somewhere safe' }).check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('region', { name: 'Is the old secret still used?' }).waitFor();
    await expectWellShown(page);
    await page.getByRole('link', { name: 'Show the old token' }).click();
    await page.getByText('Retiring', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Is the old secret still used?' }).waitFor();
    expect(await page.getByRole('link', { name: 'Rotate' }).count()).toBe(0);
    await page.goto(`${new URL(page.url()).pathname}/rotate`);
    await page.getByRole('heading', { name: 'This token cannot be rotated.' }).waitFor();
  });

  it('shows how it is used, as a chart and as a table, over the period in the address', async () => {
    const { token, page } = await thePage();
    await page.getByText('No requests in this period.').waitFor();
    await counted(token);
    await page.reload();
    await page.getByRole('img', { name: 'Bar chart: 100 requests in the past 24 hours' }).waitFor();
    const usage = page.getByRole('region', { name: 'Usage' });
    expect((await usage.getByRole('definition').allInnerTexts()).join(' ')).toBe(
      '100 70 70% of all 15 15% of all 5 5% of all 10 10% of all',
    );
    await expectWellShown(page);
    await page.getByText('30 d', { exact: true }).click();
    await page.getByRole('img', { name: 'Bar chart: 200 requests in the past 30 days' }).waitFor();
    expect(new URL(page.url()).searchParams.get('range')).toBe('30d');
    await usage.getByRole('button', { name: 'Show as a table' }).click();
    const cells = usage.getByRole('row').nth(1).getByRole('cell');
    await expect.poll(() => cells.allInnerTexts()).toEqual(['100', '70', '15', '5', '10']);
    expect(await usage.getByRole('row').count()).toBe(3);
    await expectWellShown(page);
  });

  it('of another workspace is as one that does not exist', async () => {
    const { user, page } = await thePage();
    const { id } = await aToken();
    await page.goto(tokensPath(user.workspace, `/${id}`));
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  });
});
