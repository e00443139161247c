import { describe, expect, it } from 'vitest';
import { aMember } from '../support/console.js';
import { expectAccessible } from './support/expect-accessible.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

describe('the frame around every page', () => {
  it('sends whoever is not signed in to the sign-in, and remembers where they wanted to go', async () => {
    const page = await browser.open('/account/security');
    await page.waitForURL('**/sign-in?next=**');
    expect(new URL(page.url()).searchParams.get('next')).toBe('/account/security');
  });

  it.each(['light', 'dark'] as const)('is accessible in %s colours', async (colorScheme) => {
    const user = await aMember();
    const page = await browser.open('/', { user, colorScheme });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectAccessible(page);
  });

  it('tells of a workspace that is not the person’s what it tells of one that does not exist', async () => {
    const [user, other] = await Promise.all([aMember(), aMember()]);
    const page = await browser.open(`/workspaces/${other.workspace.id}`, { user });
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await page.goto('/workspaces/ws_01m82nw2zbe008ytd69596mhp2');
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  });
});
