import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { demoFilePath } from '../demo/demo-file.js';
import { seedDemo } from '../demo/seed-demo.js';
import { findDatabase } from '../find-database.js';
import { readSettings } from '../settings.js';
import { ensureSecrets } from '../up/secrets.js';

export function registerSeed(program: Command): void {
  program
    .command('seed')
    .description('put the demo data into the database of DATABASE_URL (development only)')
    .action(async () => {
      const settings = readSettings();
      if (settings.isProduction) throw new CliError('There is no demo data in production (NODE_ENV is production).');
      const { dataDir } = settings;
      const { databaseUrl, baseUrl } = await findDatabase(settings);
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      const kept = await ensureSecrets(dataDir);
      const { seededCount, isRenewed } = await seedDemo({
        databaseUrl,
        dataDir,
        baseUrl,
        tokenPeppers: settings.tokenPeppers ?? kept.tokenPeppers,
        sealingKeys: settings.sealingKeys ?? kept.sealingKeys,
      });
      console.log(`${seededCount} workspaces filled${isRenewed ? '; the others got new credentials' : ''}.`);
      console.log(`Users and tokens: ${demoFilePath(dataDir)}`);
    });
}
