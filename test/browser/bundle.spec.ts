import { brotliCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { aToken } from '../support/builders.js';
import { aMember } from '../support/console.js';
import { tokensPath } from './support/token-pages.js';
import { useBrowser } from './support/use-browser.js';

const browser = useBrowser();
const kibibytesMax = 250;

it.each(['the sign-in', 'the list of tokens'])('%s needs less than 250 KiB of scripts, compressed', async (name) => {
  const user = await aMember();
  await aToken({ workspace: user.workspace });
  const isSignIn = name === 'the sign-in';
  const page = await (await browser.visit(isSignIn ? {} : { user })).newPage();
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.set(response.url(), response.body());
  });
  await page.goto(isSignIn ? '/sign-in' : tokensPath(user.workspace), { waitUntil: 'networkidle' });
  await (isSignIn ? page.getByLabel('E-mail address') : page.getByRole('table')).waitFor();
  expect(scripts.size).toBeGreaterThan(1);
  const bytes = (await Promise.all(scripts.values())).map((body) => brotliCompressSync(body).length);
  const kibibytes = bytes.reduce((sum, length) => sum + length, 0) / 1_024;
  expect(kibibytes).toBeGreaterThan(50);
  expect(kibibytes).toBeLessThan(kibibytesMax);
});
