import { CliError } from './cli-error.js';
import type { Settings } from './settings.js';
import { findRunningInstance } from './up/instance-lock.js';
import { findSecrets } from './up/secrets.js';

export interface FoundDatabase {
  /** The owner's. */
  databaseUrl: string;
  /** Where its API answers, or would with these settings. */
  baseUrl: string;
}

/** The database of DATABASE_URL, else of the instance that runs on the data folder. @throws CliError */
export async function findDatabase({ databaseUrl, dataDir, port }: Settings): Promise<FoundDatabase> {
  const running = await findRunningInstance(dataDir);
  const baseUrl = running?.baseUrl ?? `http://localhost:${port}`;
  const found = databaseUrl ?? running?.databaseUrl;
  if (found) return { databaseUrl: found, baseUrl };
  throw new CliError(
    `No database: set DATABASE_URL (as its owner), or have \`npm start\` running, whose data is in ${dataDir}.`,
  );
}

/** The peppers under which the API of that database looks tokens up. @throws CliError */
export async function findTokenPeppers({ tokenPeppers, dataDir }: Settings): Promise<string> {
  const found = tokenPeppers ?? (await findSecrets(dataDir))?.tokenPeppers;
  if (found !== undefined) return found;
  throw new CliError('TOKEN_PEPPERS is required: those of the API, or the tokens made here would be unknown to it.');
}
