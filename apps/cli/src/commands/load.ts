import { planCodes, type PlanCode } from '@calkeep/contract';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CliError } from '../cli-error.js';
import { findDatabase, findTokenPeppers } from '../find-database.js';
import { showProgress } from '../load/progress.js';
import { runLoad } from '../load/run-load.js';
import { readSettings } from '../settings.js';
import { formatDuration } from '../terminal/duration.js';

interface LoadOptions {
  workspaces: number;
  contacts: number;
  plan: PlanCode;
  json: boolean;
}

export function registerLoad(program: Command): void {
  program
    .command('load')
    .description('add workspaces full of contacts, for measuring (development only)')
    .option('--workspaces <n>', 'how many', wholeNumber, 1)
    .option('--contacts <m>', 'contacts of each workspace', wholeNumber, 10_000)
    .addOption(new Option('--plan <plan>', 'of the workspaces').choices(planCodes).default('enterprise'))
    .option('--json', 'print the workspaces and their tokens as JSON, and nothing else on standard output', false)
    .addHelpText('after', '\nThe database is that of DATABASE_URL (as its owner), else that of a running `npm start`.')
    .action(load);
}

async function load({ workspaces, contacts, plan, json }: LoadOptions): Promise<void> {
  const settings = readSettings();
  if (settings.isProduction)
    throw new CliError('There are no made-up contacts in production (NODE_ENV is production).');
  const { databaseUrl } = await findDatabase(settings);
  const tokenPeppers = await findTokenPeppers(settings);
  const total = workspaces * contacts;
  const startedAt = performance.now();
  const progress = showProgress(process.stderr, total);
  const loaded = await runLoad({ databaseUrl, tokenPeppers, workspaces, contacts, plan, progress }).finally(() =>
    progress.stop(),
  );
  const elapsedMs = performance.now() - startedAt;
  const rate = Math.round((total / elapsedMs) * 1000);
  console.error(`${total} contacts in ${formatDuration(elapsedMs)}, ${rate} a second.`);
  if (json) console.log(JSON.stringify({ workspaces: loaded }, null, 2));
  else for (const workspace of loaded) console.log(`${workspace.id}  ${workspace.name}  ${workspace.token}`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
