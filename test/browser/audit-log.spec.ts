import { readFile } from 'node:fs/promises';
import { newId } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { someAuditEvents } from '../support/audit-events.js';
import { aWorkspace } from '../support/builders.js';
import { aMember } from '../support/console.js';
import { parseExport } from '../support/exported-log.js';
import { setAt, tamper } from '../support/tampered-log.js';
import { nextTotp } from '../support/totp-of.js';
import { expectAccessible } from './support/expect-accessible.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

async function anAuditor() {
  const workspace = await aWorkspace();
  const auditor = await aMember({ workspace, role: 'auditor' });
  const tokenId = newId('apiToken');
  await someAuditEvents(workspace, [
    { action: 'WORKSPACE_CREATED' },
    {
      action: 'API_TOKEN_ISSUED',
      target: { type: 'api_token', id: tokenId },
      payload: { displayPrefix: 'ck_live_AbCd', scopes: ['contacts:read'] },
    },
    { action: 'SIGN_IN_SUCCEEDED', actor: { name: 'Grace Lee', id: newId('user') } },
  ]);
  return { workspace, auditor, tokenId, path: `/workspaces/${workspace.id}/audit-log` };
}

describe('the audit log', () => {
  it('is filtered by action and target, in the address, which survives a reload', async () => {
    const { auditor, path, tokenId } = await anAuditor();
    const page = await browser.open(path, { user: auditor });
    const rows = page.getByRole('table').getByRole('row');
    await expect.poll(() => rows.count()).toBe(4);

    await page.getByRole('combobox', { name: 'What' }).click();
    await page.getByRole('option', { name: 'Token issued' }).click();
    await expect.poll(() => rows.count()).toBe(2);
    expect(new URL(page.url()).searchParams.get('action')).toBe('API_TOKEN_ISSUED');
    await page.reload();
    await expect.poll(() => rows.count()).toBe(2);

    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => rows.count()).toBe(4);
    await page.getByRole('textbox', { name: 'About (id)' }).fill(tokenId);
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByText('ck_live_AbCd').waitFor();

    await page.goto(`${path}?action=PLAN_CHANGED`);
    await page.getByRole('heading', { name: 'No entry matches' }).waitFor();
  });

  it('shows all of an entry, and from there the others by the same person', async () => {
    const { auditor, path } = await anAuditor();
    const page = await browser.open(path, { user: auditor });
    await page.getByRole('button', { name: 'Token issued, entry 2' }).click();
    const detail = page.getByRole('dialog', { name: 'Entry 2' });
    await detail.getByText('ck_live_AbCd').first().waitFor();
    await detail.getByText('contacts:read').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Signed in, entry 3' }).click();
    await page.getByRole('button', { name: 'Only entries by them' }).click();
    await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(2);
    expect(new URL(page.url()).searchParams.get('actorId')).toMatch(/^usr_/);
  });

  it('says of a log that is what it was that it is intact, and of one that was edited where', async () => {
    const { workspace, auditor, path } = await anAuditor();
    const page = await browser.open(path, { user: auditor });
    await page.getByRole('button', { name: 'Verify the log' }).click();
    await page.getByText('All 3 entries follow from one another').waitFor();
    await expectAccessible(page);

    await tamper(workspace, setAt(2, `user_agent = 'forged'`));
    await page.getByRole('button', { name: 'Verify the log' }).click();
    await page.getByText('The log is not what it was from entry 2 on.').waitFor();
    await page.getByText('The entry was edited.').waitFor();
    await expectAccessible(page);
  });

  it.each([
    ['csv', 'CSV, for spreadsheets'],
    ['ndjson', 'NDJSON, one entry a line, for programs'],
  ] as const)('is exported as %s after a stale proof was renewed, and the file is whole', async (format, name) => {
    const { auditor, path } = await anAuditor();
    const page = await browser.open(path, { user: auditor, session: { mfaAgeSeconds: 400 } });
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('radio', { name }).check();
    await expectAccessible(page);
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Start' }).click();
    const code = page.getByRole('textbox', { name: 'Code from your authenticator app' });
    await code.fill(await nextTotp(auditor.totpSecret ?? ''));
    await page.keyboard.press('Enter');
    const download = await downloaded;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^calkeep-audit-log-.*\\.${format}$`));
    const { events, checkpoint } = parseExport(format, await readFile(await download.path(), 'utf8'));
    expect(events.map(({ action }) => action)).toEqual([
      'WORKSPACE_CREATED',
      'API_TOKEN_ISSUED',
      'SIGN_IN_SUCCEEDED',
      'AUDIT_EXPORTED',
    ]);
    expect(checkpoint?.seq).toBe(4);
    await page.getByText('Exported 4 entries.').waitFor();
  });
});
