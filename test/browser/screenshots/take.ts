import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { apiTokensData, contactsData, issuedTokenData, type ApiToken } from '@calkeep/contract';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { it } from 'vitest';
import { aPlace, readDemo, up, type DemoFile } from '../../e2e/up-place.js';
import { Console } from '../../support/console.js';
import { nextTotp } from '../../support/totp-of.js';
import { launchChromium } from '../support/chromium.js';

type DemoUser = DemoFile['workspaces'][number]['users'][number];

const folder = path.resolve(import.meta.dirname, '../../../.screenshots');
const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'narrow-dark', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;

/** Every page of the console, of the demo, in each look, into an ignored folder. */
it('takes a picture of each page', async () => {
  await mkdir(folder, { recursive: true });
  const place = await aPlace({ REDIS_URL: 'none' });
  await up(place);
  const demo = await readDemo(place);
  const [acme, , initech] = demo.workspaces;
  const owner = acme?.users[0];
  const poor = initech?.users[0];
  if (!acme || !owner || !initech || !poor) throw new Error('the demo is not what it was');
  const admin = await signedIn(demo.baseUrl, owner);
  const token = await aLivelyToken(demo, admin, acme);
  const workspace = `/workspaces/${acme.id}`;
  const pages = {
    overview: workspace,
    'api-tokens': `${workspace}/api-tokens`,
    'generate-token': `${workspace}/api-tokens/new`,
    'api-token': `${workspace}/api-tokens/${token.id}`,
    'audit-log': `${workspace}/audit-log?range=all`,
    members: `${workspace}/members`,
    settings: `${workspace}/settings`,
    contacts: `${workspace}/contacts`,
    bookings: `${workspace}/bookings`,
    tasks: `${workspace}/tasks`,
    profile: '/account',
    security: '/account/security',
    sessions: '/account/sessions',
  };
  const poorAdmin = await signedIn(demo.baseUrl, poor);
  const browser = await launchChromium();
  try {
    for (const look of looks) {
      const visit = (console?: Console) => open(browser, demo.baseUrl, look, console);
      const context = await visit(admin);
      for (const [name, address] of Object.entries(pages)) await take(context, { address, name, look: look.name });
      await takeDialogs(context, { workspace, look: look.name });
      await take(await visit(poorAdmin), {
        address: `/workspaces/${initech.id}/api-tokens`,
        name: 'plan-offer',
        look: look.name,
      });
      const stranger = await visit();
      for (const name of ['sign-in', 'sign-up']) await take(stranger, { address: `/${name}`, name, look: look.name });
    }
  } finally {
    await browser.close();
  }
});

async function signedIn(baseUrl: string, { email, password, totpSecret }: DemoUser): Promise<Console> {
  const console = new Console(baseUrl);
  await console.post('/app/auth/sign-in', { email, password });
  await console.post('/app/auth/mfa/totp/verify', { code: await nextTotp(totpSecret) });
  return console;
}

/** A token with calls of every kind behind it, an old one that is retiring, and a few more to fill the list. */
async function aLivelyToken(
  { baseUrl }: DemoFile,
  admin: Console,
  { id }: DemoFile['workspaces'][number],
): Promise<ApiToken> {
  const path = `/app/workspaces/${id}/api-tokens`;
  const issue = async (label: string, scopes: string[], expiresInDays: number | null) =>
    issuedTokenData.parse((await admin.post(path, { label, scopes, expiresInDays })).data);
  const { token, secret } = await issue('Billing sync', ['contacts:read', 'contacts:write', 'bookings:read'], 90);
  const old = await issue('Newsletter', ['contacts:read'], 7);
  await admin.post(`${path}/${old.token.id}/rotate`, { overlapSeconds: 86_400 });
  const leaked = await issue('Spreadsheet export', ['contacts:read', 'tasks:read'], 30);
  await admin.post(`${path}/${leaked.token.id}/revoke`, { reason: 'Found in a shared document' });
  const call = (address: string, method = 'GET') =>
    fetch(`${baseUrl}/api/v1/${address}`, { method, headers: { Authorization: `Bearer ${secret}` } });
  const list = (await (await call('contacts?limit=5')).json()) as { data: unknown };
  const { contacts } = contactsData.parse(list.data);
  for (let round = 0; round < 8; round++) for (const contact of contacts) await call(`contacts/${contact.id}`);
  for (let round = 0; round < 6; round++) await call('tasks');
  for (let round = 0; round < 120; round++) await call('bookings?limit=1');
  await untilCounted(admin, `${path}/${token.id}/usage`);
  const listed = apiTokensData.parse((await admin.get(path)).data).apiTokens;
  return listed.find((each) => each.id === token.id) ?? token;
}

async function untilCounted(admin: Console, path: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const { usage } = (await admin.get(path)).data as { usage: { totals: { requests: number } } };
    if (usage.totals.requests > 100) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the calls were not counted');
}

async function open(
  browser: Browser,
  baseURL: string,
  { colorScheme, viewport }: (typeof looks)[number],
  console?: Console,
): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL, colorScheme, viewport, reducedMotion: 'reduce' });
  const [name = '', value = ''] = (console?.cookie ?? '').split('=', 2);
  if (name !== '') await context.addCookies([{ name, value, url: baseURL, httpOnly: true, sameSite: 'Lax' }]);
  return context;
}

interface Picture {
  readonly address: string;
  readonly name: string;
  readonly look: string;
}

async function take(context: BrowserContext, { address, name, look }: Picture): Promise<void> {
  const page = await context.newPage();
  await page.goto(address);
  await settle(page);
  await page.screenshot({ path: path.join(folder, `${name}.${look}.png`) });
  await page.screenshot({ path: path.join(folder, `${name}.${look}.full.png`), fullPage: true });
  await page.close();
}

/** Each dialog that one click opens. */
async function takeDialogs(context: BrowserContext, { workspace, look }: { workspace: string; look: string }) {
  const dialogs = [
    { name: 'audit-entry', address: `${workspace}/audit-log?range=all`, button: /, entry / },
    { name: 'audit-export', address: `${workspace}/audit-log?range=all`, button: 'Export' },
    { name: 'invite', address: `${workspace}/members`, button: 'Invite' },
    { name: 'sandbox-reset', address: `${workspace}/settings`, button: 'Reset the sandbox' },
    { name: 'add-passkey', address: '/account/security', button: 'Add a passkey' },
  ];
  for (const { name, address, button } of dialogs) {
    const page = await context.newPage();
    await page.goto(address);
    await settle(page);
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('dialog').waitFor();
    await settle(page);
    await page.screenshot({ path: path.join(folder, `${name}.${look}.png`) });
    await page.close();
  }
}

/** Nothing is being loaded any more. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('heading').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
