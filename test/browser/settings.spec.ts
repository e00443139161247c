import { workspaceSettingsData } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aContact } from '../support/builders.js';
import { aMember, Console, type TestUser } from '../support/console.js';
import { nextTotp } from '../support/totp-of.js';
import { expectAccessible } from './support/expect-accessible.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();

async function savedSettings(user: TestUser, ws: string) {
  const console = await new Console(browser.baseUrl).enter(user);
  return workspaceSettingsData.parse((await console.get(`/app/workspaces/${ws}`)).data).workspace;
}

it('are saved behind a renewed proof, with what was typed', async () => {
  const user = await aMember();
  const ws = user.workspace.id;
  const page = await browser.open(`/workspaces/${ws}/settings`, { user, session: { mfaAgeSeconds: 400 } });
  const general = page.getByRole('region', { name: 'General' });
  await general.getByRole('textbox', { name: 'Name' }).fill('Acme & Daughters');
  await general.getByRole('combobox', { name: 'Time zone' }).fill('Berlin');
  await page.getByRole('option', { name: 'Europe/Berlin' }).click();
  await general.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
  await expectAccessible(page);
  const code = page.getByRole('textbox', { name: 'Code from your authenticator app' });
  await code.fill(await nextTotp(user.totpSecret ?? ''));
  await page.keyboard.press('Enter');
  await page.getByText('The settings were saved.').waitFor();
  expect(await savedSettings(user, ws)).toMatchObject({ name: 'Acme & Daughters', timezone: 'Europe/Berlin' });
  await page.getByRole('button', { name: /^Workspace Acme & Daughters/ }).waitFor();
});

it('of tokens are refused at their field, and saved when they are right', async () => {
  const user = await aMember();
  const ws = user.workspace.id;
  const page = await browser.open(`/workspaces/${ws}/settings`, { user });
  const rules = page.getByRole('region', { name: 'Token rules' });
  const [lifetime, addresses] = [
    rules.getByRole('textbox', { name: 'Longest lifetime in days' }),
    rules.getByRole('textbox', { name: 'Allowed addresses' }),
  ];
  await lifetime.fill('0');
  await addresses.fill('203.0.113.0/24\nnowhere');
  await rules.getByRole('button', { name: 'Save' }).click();
  await rules.getByText('A whole number of days from 1').waitFor();
  await rules.getByText('“nowhere” is neither an address nor a range.').waitFor();
  await expectAccessible(page);
  await lifetime.fill('90');
  await addresses.fill('203.0.113.0/24\n127.0.0.1');
  await rules.getByText('Calls from any other address are refused as soon as you save.').waitFor();
  await rules.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings were saved.').waitFor();
  const saved = await savedSettings(user, ws);
  expect(saved.tokenLifetimeDaysMax).toBe(90);
  expect(saved.ipAllowlist.sort()).toEqual(['127.0.0.1/32', '203.0.113.0/24']);
});

it('reset the sandbox after asking, and say what was done', async () => {
  const user = await aMember();
  await aContact({ uuid: user.workspace.sandboxUuid });
  const page = await browser.open(`/workspaces/${user.workspace.id}/settings`, { user });
  await page.getByRole('button', { name: 'Reset the sandbox' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reset the sandbox?' });
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Reset the sandbox' }).click();
  await page.getByText('The sandbox was reset: 1 rows removed, 56 created.').waitFor();
  await page.goto(`/workspaces/${user.workspace.id}/contacts?mode=sandbox`);
  await page.getByText('24 entries').waitFor();
});
