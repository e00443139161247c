import { expect, it } from 'vitest';
import { aToken, aWorkspace } from '../support/builders.js';
import { aMember } from '../support/console.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser({ env: { USAGE_WINDOW_SECONDS: '1' } });

it('leads a new workspace to its first call, and turns green when the call arrives', async () => {
  const user = await aMember({ hasTotp: false });
  const page = await browser.open('/', { user, session: { mfaAgeSeconds: null } });
  await page.getByText('0 of 3 done').waitFor();
  expect(await page.getByRole('link', { name: 'Add a second factor' }).getAttribute('href')).toBe('/account/security');
  await page.getByRole('link', { name: 'Generate token' }).waitFor();

  const { secret } = await aToken({ workspace: user.workspace });
  await page.reload();
  await page.getByText('Waiting for the first call').waitFor();
  const command = await page.getByText(/^curl -sS/).innerText();
  expect(command).toContain(`'${browser.baseUrl}/api/v1/me'`);

  const call = await fetch(`${browser.baseUrl}/api/v1/me`, { headers: { Authorization: `Bearer ${secret}` } });
  expect(call.status).toBe(200);
  await page.getByText('The first call arrived').waitFor({ timeout: 20_000 });
  await page.getByText('2 of 3 done').waitFor();
});

it('tells a workspace without API tokens where to see what other plans offer', async () => {
  const user = await aMember({ workspace: await aWorkspace({ plan: 'free' }) });
  const page = await browser.open('/', { user });
  const offer = page.getByRole('link', { name: 'See what other plans offer' });
  expect(await offer.getAttribute('href')).toBe(`/workspaces/${user.workspace.id}/api-tokens`);
});

it('tells how much of the plan is used', async () => {
  const user = await aMember();
  await aToken({ workspace: user.workspace });
  const page = await browser.open('/', { user });
  await page.getByText('1 of 50').waitFor();
  expect(await page.getByRole('progressbar', { name: 'Active API tokens' }).getAttribute('aria-valuenow')).toBe('2');
});
