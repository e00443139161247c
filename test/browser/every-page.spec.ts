import { describe, expect, it } from 'vitest';
import { someAuditEvents } from '../support/audit-events.js';
import { aBooking, aContact, aTask, aToken } from '../support/builders.js';
import { aMember } from '../support/console.js';
import { expectAccessible } from './support/expect-accessible.js';
import { expectNoOverflow } from './support/expect-no-overflow.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

const pages = [
  '',
  '/audit-log',
  '/members',
  '/settings',
  '/contacts',
  '/bookings',
  '/tasks',
  '/api-tokens',
  '/api-tokens/new',
];
const ownPages = ['/account', '/account/security', '/account/sessions'];

async function aUsedWorkspace() {
  const user = await aMember();
  const { workspace } = user;
  await Promise.all([
    aMember({ workspace, role: 'auditor', name: 'Otto Prüfer', hasTotp: false }),
    aToken({ workspace, label: 'Billing sync' }),
    someAuditEvents(workspace, [{}, { action: 'SIGN_IN_SUCCEEDED' }]),
    aContact(workspace, { last_name: 'Whitfield', email: 'ada@example.com', tags: ['vip'] }),
    aBooking(workspace),
    aTask(workspace),
  ]);
  return user;
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it.each(['wide', 'narrow'] as const)(
    'each page is accessible and fits a %s window',
    { timeout: 90_000 },
    async (width) => {
      const user = await aUsedWorkspace();
      const viewport = { width: width === 'wide' ? 1280 : 390, height: 900 };
      const page = await browser.open('/', { user, colorScheme, viewport });
      for (const path of [...pages.map((end) => `/workspaces/${user.workspace.id}${end}`), ...ownPages]) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
        await expectAccessible(page);
        await expectNoOverflow(page);
      }
    },
  );
});

describe('what a role sees', () => {
  async function namesIn(role: 'member' | 'auditor') {
    const user = await aMember({ role });
    const page = await browser.open('/', { user });
    await page.getByRole('heading', { level: 1 }).waitFor();
    const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
    return { page, user, names: await links.allInnerTexts() };
  }

  it('is for a member the overview, the data and the settings, which they cannot change', async () => {
    const { page, user, names } = await namesIn('member');
    expect(names).toEqual(['Overview', 'Contacts', 'Bookings', 'Tasks', 'Settings', 'API reference']);
    await page.goto(`/workspaces/${user.workspace.id}/settings`);
    await page.getByText('An owner or an admin can change these.').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    for (const path of ['/audit-log', '/members', '/api-tokens']) {
      await page.goto(`/workspaces/${user.workspace.id}${path}`);
      await page.getByRole('heading', { name: 'Not for your role' }).waitFor();
    }
  });

  it('is for an auditor the audit log, where they begin, and nothing else', async () => {
    const { page, user, names } = await namesIn('auditor');
    await page.waitForURL(`**/workspaces/${user.workspace.id}/audit-log`);
    expect(names).toEqual(['Audit log', 'API reference']);
    for (const path of ['/settings', '/members', '/contacts', '/api-tokens']) {
      await page.goto(`/workspaces/${user.workspace.id}${path}`);
      await page.getByRole('heading', { name: 'Not for your role' }).waitFor();
    }
  });
});
