import { randomInt } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startApi, type ApiProcess, type ApiProcessOptions } from '../../support/api-process.js';
import { aSession, type SessionOptions, type TestUser } from '../../support/console.js';
import { launchChromium } from './chromium.js';
import { watchPage } from './watch-page.js';

export interface BrowserVisit extends BrowserContextOptions {
  /** Signed in as this person, as if they had signed in by themselves. */
  user?: TestUser;
  session?: SessionOptions;
}

export interface UsedBrowser {
  /** Where the console is, for a browser: passkeys need a name, not an address. */
  readonly baseUrl: string;
  readonly process: ApiProcess;
  /** Another person's browser, or a new one of the same person; closed after the test. */
  visit(options?: BrowserVisit): Promise<BrowserContext>;
  /** A tab of a new browser at a path of the console. */
  open(path: string, options?: BrowserVisit): Promise<Page>;
}

/** One API process and one Chromium for the tests of a file. A test fails for every error in any page's console. */
export function useBrowser(options: ApiProcessOptions = {}): UsedBrowser {
  let started: { process: ApiProcess; browser: Browser; baseUrl: string } | undefined;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  beforeAll(async () => {
    const port = String(await freePort());
    const baseUrl = `http://localhost:${port}`;
    const [process, browser] = await Promise.all([
      startApi({ ...options, env: { PORT: port, PUBLIC_URL: baseUrl, ...options.env } }),
      launchChromium(),
    ]);
    started = { process, browser, baseUrl };
  }, 120_000);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await started?.browser.close();
    await started?.process.stop();
  });
  const running = () => {
    if (!started) throw new Error('the browser runs only while tests do');
    return started;
  };
  const visit = async ({ user, session, ...others }: BrowserVisit = {}): Promise<BrowserContext> => {
    const { browser, baseUrl } = running();
    const context = await browser.newContext({
      baseURL: baseUrl,
      extraHTTPHeaders: { 'X-Forwarded-For': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}` },
      permissions: ['clipboard-read', 'clipboard-write'],
      reducedMotion: 'reduce',
      ...others,
    });
    contexts.push(context);
    context.on('page', (page) => watchPage(page, complaints));
    if (user) await enter(context, baseUrl, (await aSession(user, session)).cookie);
    return context;
  };
  return {
    get baseUrl() {
      return running().baseUrl;
    },
    get process() {
      return running().process;
    },
    visit,
    async open(path, visitOptions) {
      const page = await (await visit(visitOptions)).newPage();
      await page.goto(path);
      return page;
    },
  };
}

async function enter(context: BrowserContext, url: string, cookie: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=', 2);
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }]);
}

/** Passkeys are bound to an origin, which must be known before the server listens. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
