import { InvalidArgumentError, type Command } from 'commander';
import { readSettings } from '../settings.js';
import { runUp } from '../up/run-up.js';

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('start everything on this machine, with demo data (development only)')
    .option('-v, --verbose', 'show the log of the API here as well', false)
    .option('--processes <n>', 'API processes on the port', processCount)
    .action(async ({ verbose, processes }: { verbose: boolean; processes?: number }) => {
      await runUp(readSettings(), { isVerbose: verbose, processes });
    });
}

function processCount(text: string): number {
  if (!/^[1-9][0-9]?$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
  return Number(text);
}
