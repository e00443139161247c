import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { findDatabase } from '../find-database.js';
import { forgottenEverywhereAfterMs } from '../plan/forgotten-everywhere.js';
import { listPlans } from '../plan/list-plans.js';
import { setPlan, type PlanChange } from '../plan/set-plan.js';
import { readSettings } from '../settings.js';
import { Steps } from '../terminal/steps.js';
import { withOwner } from '../with-owner.js';
import { withReason } from '../with-reason.js';

interface JsonOption {
  json: boolean;
}

const whichDatabase = '\nThe database is that of DATABASE_URL (as its owner), else that of a running `npm start`.';

export function registerPlan(program: Command): void {
  const plan = program.command('plan').description('look after the plans of workspaces');
  plan
    .command('set')
    .description('put a workspace and its sandbox on a plan; in force everywhere when the command ends')
    .argument('<workspace>', 'its id, such as ws_01jd3…')
    .argument('<plan>', 'one of those that `calkeep plan list` shows')
    .option('--json', 'print the change as JSON, and nothing else on standard output', false)
    .addHelpText('after', whichDatabase)
    .action(set);
  plan
    .command('list')
    .description('show the plans that there are')
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', whichDatabase)
    .action(list);
}

async function set(workspaceId: string, plan: string, { json }: JsonOption): Promise<void> {
  const { databaseUrl } = await findDatabase(readSettings());
  const change = await withReason(
    'The plan was not changed',
    withOwner(databaseUrl, (client) => setPlan(client, workspaceId, plan)),
  );
  const { name, from, to, livingTokenCount } = change;
  if (from !== to && livingTokenCount > 0) await untilForgotten(change);
  if (json) console.log(JSON.stringify({ workspace: { id: workspaceId, name }, from, to, isChanged: from !== to }));
  else console.log(from === to ? `${name} is on ${to} already.` : `${name} is on ${to} now; it was on ${from}.`);
}

async function list({ json }: JsonOption): Promise<void> {
  const { databaseUrl } = await findDatabase(readSettings());
  const plans = await withReason('The plans cannot be read', withOwner(databaseUrl, listPlans));
  if (json) return console.log(JSON.stringify({ plans }));
  for (const { code, name, activeTokensMax } of plans)
    console.log(
      `${code.padEnd(12)} ${name.padEnd(12)} ${activeTokensMax === 0 ? 'no API tokens' : `${activeTokensMax} API tokens`}`,
    );
}

/** Processes remember for moments what a token may do, and this one cannot tell them. */
async function untilForgotten({ livingTokenCount }: PlanChange): Promise<void> {
  const steps = new Steps({ output: process.stderr });
  const tokens = livingTokenCount === 1 ? '1 token' : `${livingTokenCount} tokens`;
  const wait = () => sleep(forgottenEverywhereAfterMs);
  await steps.run('Tokens', wait, () => `every process has heard of it: ${tokens}`);
}
