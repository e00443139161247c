import path from 'node:path';
import { planCodes, publicId, scopes } from '@calkeep/contract';
import { parseApiToken } from '@calkeep/security';
import { z } from 'zod';
import { readJsonFile } from '../read-json-file.js';
import { writePrivateFile } from '../write-private-file.js';

const demoUser = z.strictObject({
  email: z.email(),
  password: z.string().min(12),
  role: z.enum(['owner', 'admin', 'member', 'auditor']),
  totpSecret: z.string().regex(/^[A-Z2-7]+$/),
});
export type DemoUser = z.output<typeof demoUser>;

const demoToken = z.strictObject({
  label: z.string(),
  token: z.string().refine((text) => parseApiToken(text) !== null),
  scopes: z.array(z.enum(scopes)),
});
export type DemoToken = z.output<typeof demoToken>;

const demoWorkspace = z.strictObject({
  id: publicId('workspace'),
  name: z.string(),
  plan: z.enum(planCodes),
  users: z.array(demoUser),
  tokens: z.array(demoToken),
});
export type DemoWorkspace = z.output<typeof demoWorkspace>;

/** Everything that a person or a program needs to try the demo. Its shape is part of the contract, section 9. */
export const demoFileSchema = z.strictObject({ baseUrl: z.url(), workspaces: z.array(demoWorkspace) });
export type DemoFile = z.output<typeof demoFileSchema>;

export function demoFilePath(dataDir: string): string {
  return path.join(dataDir, 'demo.json');
}

/** null when there is none, or none that can be used. */
export function readDemoFile(dataDir: string): Promise<DemoFile | null> {
  return readJsonFile(demoFilePath(dataDir), demoFileSchema);
}

export function writeDemoFile(dataDir: string, demo: DemoFile): Promise<void> {
  return writePrivateFile(demoFilePath(dataDir), `${JSON.stringify(demo, null, 2)}\n`);
}
