import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newId } from '@calkeep/contract';
import { generateTotpSecret, totpPeriodSeconds } from '@calkeep/security';
import { expect, it, onTestFinished } from 'vitest';
import { totpOf } from '../support/totp-of.js';
import { runCalkeep } from './calkeep-process.js';

const temporary = path.resolve(import.meta.dirname, '../../.tmp');

async function aDemo(): Promise<{ env: Record<string, string>; secrets: Record<string, string> }> {
  await mkdir(temporary, { recursive: true });
  const dataDir = await mkdtemp(path.join(temporary, 'demo-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const secrets = { 'admin@acme.test': generateTotpSecret(), 'auditor@acme.test': generateTotpSecret() };
  const users = Object.entries(secrets).map(([email, totpSecret]) => ({
    email,
    totpSecret,
    password: 'correct horse battery',
    role: 'owner',
  }));
  const workspace = { id: newId('workspace'), name: 'Acme', plan: 'business', users, tokens: [] };
  const demo = { baseUrl: 'http://localhost:3000', workspaces: [workspace] };
  await writeFile(path.join(dataDir, 'demo.json'), JSON.stringify(demo));
  return { env: { CALKEEP_DATA_DIR: dataDir }, secrets };
}

/** A step may end between the command's clock and this one. */
function recentCodes(secret: string): string[] {
  return [0, totpPeriodSeconds].map((ago) => totpOf(secret, new Date(Date.now() - ago * 1_000)));
}

it.each(['admin@acme.test', 'auditor@acme.test'])(
  'shows the code that %s’s authenticator would show',
  async (email) => {
    const { env, secrets } = await aDemo();
    const calkeep = runCalkeep(['demo', 'code', email, '--json'], env);
    expect(await calkeep.ended).toBe(0);
    const shown = JSON.parse(calkeep.output()) as { email: string; code: string; secondsLeft: number };
    expect(shown.email).toBe(email);
    expect(recentCodes(secrets[email] ?? '')).toContain(shown.code);
    expect(shown.secondsLeft).toBeGreaterThan(0);
    expect(shown.secondsLeft).toBeLessThanOrEqual(totpPeriodSeconds);
  },
);

it('says which users there are when it is asked for another, and what to do without a demo', async () => {
  const { env } = await aDemo();
  const unknown = runCalkeep(['demo', 'code', 'nobody@acme.test'], env);
  expect(await unknown.ended).toBe(1);
  expect(unknown.output()).toContain('It has admin@acme.test, auditor@acme.test.');
  const nowhere = runCalkeep(['demo', 'code'], { CALKEEP_DATA_DIR: path.join(temporary, 'no-demo') });
  expect(await nowhere.ended).toBe(1);
  expect(nowhere.output()).toContain('`npm start` makes it');
});
