import type { Command } from 'commander';
import { readSettings } from '../settings.js';
import { runUp } from '../up/run-up.js';

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('start everything on this machine, with demo data (development only)')
    .option('-v, --verbose', 'show the log of the API here as well', false)
    .action(async ({ verbose }: { verbose: boolean }) => {
      await runUp(readSettings(), { isVerbose: verbose });
    });
}
