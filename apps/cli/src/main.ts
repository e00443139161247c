#!/usr/bin/env node
import { LocalServiceError } from '@calkeep/local-services';
import { Command } from 'commander';
import { CliError } from './cli-error.js';
import { registerApi } from './commands/api.js';
import { registerAudit } from './commands/audit.js';
import { registerDemo } from './commands/demo.js';
import { registerLoad } from './commands/load.js';
import { registerMigrate } from './commands/migrate.js';
import { registerPlan } from './commands/plan.js';
import { registerSandbox } from './commands/sandbox.js';
import { registerScopes } from './commands/scopes.js';
import { registerSeed } from './commands/seed.js';
import { registerToken } from './commands/token.js';
import { registerUp } from './commands/up.js';

const program = new Command('calkeep').description('Runs, looks after and calls a CalKeep API.').showHelpAfterError();
for (const register of [
  registerUp,
  registerDemo,
  registerMigrate,
  registerSeed,
  registerLoad,
  registerAudit,
  registerPlan,
  registerSandbox,
  registerApi,
  registerToken,
  registerScopes,
])
  register(program);

try {
  await program.parseAsync();
} catch (error) {
  // For these the message says it all; whatever else is thrown is a defect, and its stack says where.
  const isExpected = [CliError, LocalServiceError].some((kind) => error instanceof kind);
  console.error(isExpected && error instanceof Error ? `\n${error.message}` : error);
  // A command whose exit codes say more has set its own.
  process.exitCode ??= 1;
}
