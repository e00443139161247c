import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { planCodes, scopes } from '@calkeep/contract';
import { findFreePort } from '@calkeep/local-services';
import { z } from 'zod';

import { aDataDir, runCalkeep, type CalkeepProcess } from './calkeep-process.js';

/** As on a machine that has Node.js and nothing else. */
export const BARE_PATH = '/nonexistent';
export const READY = /CalKeep is running.* at (\S+)[^]*^\s*(curl .*)$[^]*Ctrl-C/m;

export const demoFile = z.strictObject({
  baseUrl: z.string(),
  workspaces: z.array(
    z.strictObject({
      id: z.string().regex(/^ws_[0-7][0-9a-hjkmnp-tv-z]{25}$/),
      name: z.string(),
      plan: z.enum(planCodes),
      users: z.array(
        z.strictObject({
          email: z.email(),
          password: z.string().min(12).max(128),
          role: z.enum(['owner', 'member', 'auditor']),
          totpSecret: z.string().regex(/^[A-Z2-7]{16,}$/),
        }),
      ),
      tokens: z.array(
        z.strictObject({
          label: z.string(),
          token: z.string().regex(/^ck_(live|test)_[0-9A-Za-z]{42}$/),
          scopes: z.array(z.enum(scopes)),
        }),
      ),
    }),
  ),
});
export type DemoFile = z.output<typeof demoFile>;

export interface Place {
  dataDir: string;
  env: Record<string, string>;
}

export async function aPlace(env: Record<string, string> = {}): Promise<Place> {
  const dataDir = await aDataDir();
  return { dataDir, env: { PATH: BARE_PATH, CALKEEP_DATA_DIR: dataDir, PORT: String(await findFreePort()), ...env } };
}

export async function up({ env }: Place): Promise<CalkeepProcess> {
  const calkeep = runCalkeep(['up'], env);
  await calkeep.untilPrinted(READY);
  return calkeep;
}

export async function readDemo({ dataDir }: Place): Promise<DemoFile> {
  return demoFile.parse(JSON.parse(await readFile(path.join(dataDir, 'demo.json'), 'utf8')));
}

export function tokenOf(demo: DemoFile, name: string, label = 'Full access'): string {
  const workspace = demo.workspaces.find((candidate) => candidate.name === name);
  return workspace?.tokens.find((token) => token.label === label)?.token ?? '';
}

export function get(demo: DemoFile, route: string, token = tokenOf(demo, 'Acme')): Promise<Response> {
  return fetch(`${demo.baseUrl}/api/v1/${route}`, { headers: { authorization: `Bearer ${token}` } });
}
