import { expect, it } from 'vitest';
import { aBooking, aContact, aTask, someContacts } from '../support/builders.js';
import { aMember } from '../support/console.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

it('contacts are searched and leafed through, in an address that survives a reload', async () => {
  const user = await aMember();
  await someContacts(user.workspace, 60);
  await aContact(user.workspace, { first_name: 'Grace', last_name: 'Hopper', email: 'grace@example.com' });
  const page = await browser.open(`/workspaces/${user.workspace.id}/contacts`, { user });
  await page.getByText('61 entries').waitFor();
  await page.getByRole('button', { name: 'Page 2' }).click();
  await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(12);
  await page.reload();
  await expect.poll(() => page.getByRole('table').getByRole('row').count()).toBe(12);

  await page.getByRole('searchbox', { name: 'Search' }).fill('grace');
  await page.getByText('1 entry').waitFor();
  await page.getByRole('table').getByText('Grace Hopper').waitFor();
  expect(await page.getByText(/^curl -sS/).innerText()).toContain('/api/v1/contacts?q=grace&page=1&limit=50');
  await page.getByRole('searchbox', { name: 'Search' }).fill('nobody');
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
});

it('of the sandbox are other data than live ones', async () => {
  const user = await aMember();
  await aContact(user.workspace, { first_name: 'Live' });
  await aContact({ uuid: user.workspace.sandboxUuid }, { first_name: 'Made-up' });
  const page = await browser.open(`/workspaces/${user.workspace.id}/contacts`, { user });
  await page.getByRole('table').getByText('Live').waitFor();
  await page.getByText('Sandbox', { exact: true }).click();
  await page.getByRole('table').getByText('Made-up').waitFor();
  expect(await page.getByText(/^curl -sS/).innerText()).toContain('Bearer ck_test_…');
  expect(await page.getByRole('table').getByText('Live').count()).toBe(0);
});

it.each([
  ['bookings', 'Completed', aBooking, { title: 'It is over', status: 'completed' }],
  ['tasks', 'Done', aTask, { title: 'It is over', status: 'done', completed_at: '2026-01-01T00:00:00Z' }],
] as const)('%s are filtered by their status', async (resource, name, build, columns) => {
  const user = await aMember();
  await build(user.workspace, { title: 'Still on' });
  await build(user.workspace, columns);
  const page = await browser.open(`/workspaces/${user.workspace.id}/${resource}`, { user });
  await page.getByText('2 entries').waitFor();
  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name }).click();
  await page.getByText('1 entry').waitFor();
  await page.getByRole('table').getByText('It is over').waitFor();
  await page.reload();
  await page.getByText('1 entry').waitFor();
});
