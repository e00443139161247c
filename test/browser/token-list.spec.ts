import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aToken, aWorkspace } from '../support/builders.js';
import { aMember } from '../support/console.js';
import { expectWellShown } from './support/expect-well-shown.js';
import { tokensPath } from './support/token-pages.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();
const dayMs = 86_400_000;

describe('the list of tokens', () => {
  it('tells of each what one needs to know, and is well shown', async () => {
    const user = await aMember();
    const { workspace } = user;
    const scopes = ['contacts:read', 'contacts:write', 'tasks:read'] as const;
    const { uuid } = await aToken({ workspace, label: 'CRM sync', scopes });
    await administerRows(`update api_tokens set last_used_at = now(), last_used_ip = '203.0.113.7' where id = $1`, [
      uuid,
    ]);
    await aToken({ workspace, label: 'Checks', mode: 'test' });
    const page = await browser.open(tokensPath(workspace), { user });
    const row = page.getByRole('row').filter({ hasText: 'CRM sync' });
    await row.waitFor();
    expect(await row.innerText()).toMatch(
      /ck_live_\w{4}…[^]*contacts:read[^]*Active[^]*The operator[^]*Never[^]*from 203\.0\.113\.7/,
    );
    expect(await page.getByRole('row').filter({ hasText: 'Checks' }).innerText()).toContain('Sandbox');
    await row.getByRole('button', { name: '+1: the 3 scopes of CRM sync' }).press('Enter');
    await page.getByRole('dialog').getByText('tasks:read').waitFor();
    await page.keyboard.press('Escape');
    await expectWellShown(page);
  });

  it('keeps its search and its filter in the address', async () => {
    const user = await aMember();
    const { workspace } = user;
    await aToken({ workspace, label: 'Zapier' });
    await aToken({ workspace, label: 'Zapier, old', revokedAt: new Date() });
    await aToken({ workspace, label: 'Nightly', revokedAt: new Date() });
    const page = await browser.open(tokensPath(workspace), { user });
    await page.getByLabel('Search by label or prefix').fill('zapier');
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Revoked' }).click();
    await page.waitForURL('**/api-tokens?*q=zapier*');
    const links = page.getByRole('table').getByRole('link');
    await expect.poll(() => links.allInnerTexts()).toEqual(['Zapier, old']);
    await page.reload();
    await expect.poll(() => links.allInnerTexts()).toEqual(['Zapier, old']);
    expect(await page.getByLabel('Search by label or prefix').inputValue()).toBe('zapier');
    await page.getByLabel('Search by label or prefix').fill('nobody');
    await page.getByRole('heading', { name: 'No token matches' }).waitFor();
    await expectWellShown(page);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => links.count()).toBe(3);
  });

  it('shows first what will end soon and what nobody looks after', async () => {
    const user = await aMember();
    const { workspace } = user;
    await aToken({ workspace, label: 'Ends soon', expiresAt: new Date(Date.now() + 9 * dayMs) });
    const { uuid } = await aToken({ workspace, label: 'Forgotten' });
    await administerRows(`update api_tokens set created_at = now() - interval '100 days' where id = $1`, [uuid]);
    await aToken({ workspace, label: 'Fine' });
    const page = await browser.open(tokensPath(workspace), { user });
    const links = page.getByRole('table').getByRole('link');
    await page.getByRole('link', { name: 'Show tokens that expire soon' }).click();
    await expect.poll(() => links.allInnerTexts()).toEqual(['Ends soon']);
    await page.getByRole('link', { name: 'Show tokens worth a look' }).click();
    await expect.poll(() => links.allInnerTexts()).toEqual(['Forgotten']);
    await page.getByText('Not used for 90 days').waitFor();
    await expectWellShown(page);
  });

  it('has pages', async () => {
    const user = await aMember({ workspace: await aWorkspace({ plan: 'enterprise' }) });
    const { workspace } = user;
    await Promise.all(Array.from({ length: 51 }, (_, index) => aToken({ workspace, label: `Token ${index}` })));
    const page = await browser.open(tokensPath(workspace), { user });
    const links = page.getByRole('table').getByRole('link');
    await expect.poll(() => links.count()).toBe(50);
    await page.getByRole('button', { name: 'Next page' }).click();
    await expect.poll(() => links.count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('page')).toBe('2');
  });

  it('begins with what a token is for', async () => {
    const user = await aMember();
    const page = await browser.open(tokensPath(user.workspace), { user });
    await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    await expectWellShown(page);
    await page.getByRole('link', { name: 'Generate your first token' }).click();
    await page.waitForURL('**/api-tokens/new');
  });

  it('is cards on a phone', async () => {
    const user = await aMember();
    const { workspace } = user;
    await aToken({ workspace, label: 'CRM sync', scopes: ['contacts:read'] });
    const page = await browser.open(tokensPath(workspace), { user, viewport: { width: 390, height: 844 } });
    const card = page.getByRole('listitem').filter({ hasText: 'CRM sync' });
    expect(await card.innerText()).toMatch(
      /ck_live_\w{4}…[^]*Active[^]*contacts:read[^]*Created[^]*Expires\s+Never[^]*Never used/,
    );
    expect(await page.getByRole('table').count()).toBe(0);
    await expectWellShown(page);
    await card.getByRole('link', { name: 'CRM sync' }).click();
    await page.waitForURL('**/api-tokens/tok_*');
  });

  it.each(['member', 'auditor'] as const)('and its pages are not for the role %s, and say so', async (role) => {
    const user = await aMember({ role });
    const { id } = await aToken({ workspace: user.workspace, label: 'CRM sync' });
    const page = await browser.open('/account', { user });
    for (const rest of ['', '/new', `/${id}`, `/${id}/rotate`]) {
      await page.goto(tokensPath(user.workspace, rest));
      await page.getByRole('heading', { name: 'Not for your role' }).waitFor();
      expect(await page.getByText('CRM sync').count()).toBe(0);
    }
  });

  it('shows in one tab what was revoked in another, as soon as somebody looks', async () => {
    const user = await aMember();
    const { id } = await aToken({ workspace: user.workspace, label: 'CRM sync' });
    const context = await browser.visit({ user });
    const [list, detail] = [await context.newPage(), await context.newPage()];
    await list.goto(tokensPath(user.workspace));
    await list.getByRole('table').getByText('Active').waitFor();
    await detail.goto(tokensPath(user.workspace, `/${id}`));
    await detail.getByRole('button', { name: 'Revoke' }).click();
    await detail.getByRole('button', { name: 'Revoke token' }).click();
    await detail.getByText('It was revoked.').waitFor();
    await list.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await list.getByRole('table').getByText('Revoked').waitFor();
  });
});

describe('on a plan without tokens', () => {
  it('shows what the others have, side by side, and how to get there', async () => {
    const user = await aMember({ workspace: await aWorkspace({ plan: 'free' }) });
    const page = await browser.open(tokensPath(user.workspace), { user });
    await page.getByRole('heading', { name: 'API tokens come with Business and Enterprise' }).waitFor();
    const row = page.getByRole('row').filter({ hasText: 'Requests a minute for each token' });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual(['120', '600']);
    await page.getByText('Enterprise', { exact: true }).last().click();
    await page.getByText(`calkeep plan set ${user.workspace.id} enterprise`).waitFor();
    expect(await page.getByRole('link', { name: 'Generate token' }).count()).toBe(0);
    await expectWellShown(page);
    await page.goto(tokensPath(user.workspace, '/new'));
    await page.getByRole('heading', { name: 'How to upgrade' }).waitFor();
  });

  it('lists the tokens from before as suspended', async () => {
    const workspace = await aWorkspace({ plan: 'pro' });
    const user = await aMember({ workspace });
    const { id } = await aToken({ workspace, label: 'CRM sync' });
    const page = await browser.open(tokensPath(workspace), { user });
    await page.getByText('Your tokens are suspended').waitFor();
    expect(await page.getByRole('row').filter({ hasText: 'CRM sync' }).innerText()).toContain('Suspended');
    await expectWellShown(page);
    await page.goto(tokensPath(workspace, `/${id}`));
    await page.getByText('every call is refused until it is upgraded').waitFor();
    expect(await page.getByRole('link', { name: 'Rotate' }).count()).toBe(0);
  });
});
