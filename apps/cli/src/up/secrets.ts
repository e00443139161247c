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
  /** Key rings in the form that TOKEN_PEPPERS and SEALING_KEYS have. */
  tokenPeppers: z.string(),
  sealingKeys: z.string(),
});
export type Secrets = z.output<typeof secretsSchema>;

/** The secrets of a data folder, or null when it has none yet. @throws CliError when they are damaged. */
export async function findSecrets(dataDir: string): Promise<Secrets | null> {
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
  if (found) return found;
  const secrets = makeSecrets();
  await writePrivateFile(path.join(dataDir, 'secrets.json'), `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function makeSecrets(): Secrets {
  return {
    superuserPassword: randomPassword(),
    ownerPassword: randomPassword(),
    appPassword: randomPassword(),
    tokenPeppers: randomKey(),
    sealingKeys: randomKey(),
  };
}

function randomKey(): string {
  return `demo:${randomBytes(32).toString('base64')}`;
}
