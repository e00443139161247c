import type { RowCounts } from '@calkeep/sample-data';
import type { Command } from 'commander';
import { findDatabase } from '../find-database.js';
import { resetSandbox } from '../sandbox/reset-sandbox.js';
import { readSettings } from '../settings.js';
import { withOwner } from '../with-owner.js';
import { withReason } from '../with-reason.js';

export function registerSandbox(program: Command): void {
  const sandbox = program.command('sandbox').description('look after what test tokens (ck_test_…) see');
  sandbox
    .command('reset')
    .description("remove everything from a workspace's sandbox and put sample data there; live data is not touched")
    .argument('<workspace>', 'the id of the live workspace, such as ws_01jd3…')
    .option('--json', 'print what was done as JSON, and nothing else on standard output', false)
    .addHelpText('after', '\nThe database is that of DATABASE_URL (as its owner), else that of a running `npm start`.')
    .action(reset);
}

async function reset(workspaceId: string, { json }: { json: boolean }): Promise<void> {
  const { databaseUrl } = await findDatabase(readSettings());
  const { name, removed, created } = await withReason(
    'The sandbox was not reset',
    withOwner(databaseUrl, (client) => resetSandbox(client, workspaceId)),
  );
  if (json) return console.log(JSON.stringify({ workspace: { id: workspaceId, name }, removed, created }));
  console.log(
    `The sandbox of ${name} has its sample data again: ${sum(removed)} rows removed, ${sum(created)} created.`,
  );
}

function sum(counts: RowCounts): number {
  return Object.values<number>({ ...counts }).reduce((total, count) => total + count, 0);
}
