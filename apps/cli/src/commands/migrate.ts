import { readFile } from 'node:fs/promises';
import { APP_ROLE, enableAppRole, migrate } from '@calkeep/database';
import { prepareJobTables } from '@calkeep/queue';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { readSettings, type Settings } from '../settings.js';
import { withOwner } from '../with-owner.js';
import { withReason } from '../with-reason.js';

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('apply the migrations that the database of DATABASE_URL lacks')
    .option('--app-password-file <file>', "let the application's role sign in with the password in this file")
    .addHelpText('after', "\nDATABASE_URL is the owner's. APP_DATABASE_PASSWORD does what --app-password-file does.")
    .action(async (options: { appPasswordFile?: string }) => {
      const settings = readSettings();
      if (settings.databaseUrl === undefined) {
        throw new CliError("DATABASE_URL is required: the database's URL, as its owner");
      }
      await applyMigrations(settings.databaseUrl);
      const password = await readAppPassword(settings, options.appPasswordFile);
      if (password === undefined) return;
      const enabled = enableAppRole({ databaseUrl: settings.databaseUrl, password });
      await withReason('The application cannot get its role', enabled);
      console.log('The role calkeep_app may sign in with the given password.');
    });
}

async function applyMigrations(databaseUrl: string): Promise<void> {
  // Says in words that a person can use when the database cannot be reached.
  await withOwner(databaseUrl, () => Promise.resolve());
  const { applied, alreadyApplied, warnings } = await withReason(
    'The migrations could not be applied',
    migrate({ databaseUrl, onApplied: (name) => console.log(`applied ${name}`) }),
  );
  await withReason('The tables of the jobs could not be made', prepareJobTables({ databaseUrl, role: APP_ROLE }));
  for (const warning of warnings) console.warn(`warning: ${warning}`);
  console.log(`${applied.length} applied, ${alreadyApplied} were there already.`);
}

async function readAppPassword(settings: Settings, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return settings.appDatabasePassword;
  const password = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError(`${file} cannot be read`, { cause });
  });
  return password.trimEnd();
}
