import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { randomPassword } from '@calkeep/security';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { fileExists } from '../file-exists.js';
import { readJsonFile } from '../read-json-file.js';
import { writePrivateFile } from '../write-private-file.js';

const secretsSchema = z.object({
  /** Of the embedded PostgreSQL's superuser. */
  superuserPassword: z.string(),
  ownerPassword: z.string(),
  appPassword: z.string(),
  /** Key rings in the form that TOKEN_PEPPERS, SEALING_KEYS and AUDIT_SIGNING_KEYS have. */
  tokenPeppers: z.string(),
  sealingKeys: z.string(),
  /** A data folder of an earlier version has none yet. */
  auditSigningKeys: z.string().optional(),
});
type KeptSecrets = z.output<typeof secretsSchema>;
export type Secrets = KeptSecrets & { auditSigningKeys: string };

/** The secrets of a data folder, or null when it has none yet. @throws CliError when they are damaged. */
export async function findSecrets(dataDir: string): Promise<KeptSecrets | null> {
  const file = path.join(dataDir, 'secrets.json');
  const secrets = await readJsonFile(file, secretsSchema);
  // Made anew they would lock us out of the database that was made with them.
  if (secrets === null && (await fileExists(file))) {
    throw new CliError(`${file} is damaged. Restore it, or delete ${dataDir} to start afresh.`);
  }
  return secrets;
}

/** The secrets of a data folder, made at random and kept (mode 0600) at the first call. */
export async function ensureSecrets(dataDir: string): Promise<Secrets> {
  const found = await findSecrets(dataDir);
  if (found?.auditSigningKeys !== undefined) return { ...found, auditSigningKeys: found.auditSigningKeys };
  const fresh = makeSecrets();
  const secrets = { ...fresh, ...found, auditSigningKeys: fresh.auditSigningKeys };
  await writePrivateFile(path.join(dataDir, 'secrets.json'), `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function makeSecrets() {
  return {
    superuserPassword: randomPassword(),
    ownerPassword: randomPassword(),
    appPassword: randomPassword(),
    tokenPeppers: randomKey(),
    sealingKeys: randomKey(),
    auditSigningKeys: randomKey(),
  };
}

function randomKey(): string {
  return `demo:${randomBytes(32).toString('base64')}`;
}
