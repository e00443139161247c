import type { Command } from 'commander';
import { describeVerdict } from '../audit/describe-verdict.js';
import { openExport } from '../audit/open-export.js';
import { readExport } from '../audit/read-export.js';
import { readKeptCheckpoint } from '../audit/read-kept-checkpoint.js';
import { readPublicKeys } from '../audit/read-public-keys.js';
import { withProgress } from '../audit/read-progress.js';
import { verifyExport } from '../audit/verify-export.js';

interface VerifyOptions {
  keys?: string;
  checkpoint?: string;
  json: boolean;
}

/** What a script can tell apart. Whatever ends the command without a verdict is 2, a defect and a misspelt option too. */
const exitCodes = { valid: 0, broken: 1, unreadable: 2 };

export function registerAudit(program: Command): void {
  program
    .command('audit')
    .description('look after audit logs')
    .command('verify')
    .description('verify an export of an audit log, offline')
    .argument('<file>', 'CSV or NDJSON as the console exports it; - for standard input')
    .option('--keys <file>', 'check the signatures of checkpoints with these keys (a JWK Set)')
    .option('--checkpoint <file>', 'a checkpoint kept from earlier, as JSON: shows that the log still holds it')
    .option('--json', 'print the verdict as JSON, and nothing else on standard output', false)
    .addHelpText(
      'after',
      '\nThe keys are published by the server at /.well-known/audit-checkpoint-keys.json.' +
        '\nExit code: 0 valid, 1 broken, 2 not readable as an export.',
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.unreadable))
    .action(async (file: string, options: VerifyOptions) => {
      process.exitCode = exitCodes.unreadable;
      process.exitCode = await verify(file, options);
    });
}

/** The exit code. @throws CliError */
async function verify(file: string, options: VerifyOptions): Promise<number> {
  const publicKeys = options.keys === undefined ? undefined : await readPublicKeys(options.keys);
  const kept = options.checkpoint === undefined ? undefined : await readKeptCheckpoint(options.checkpoint);
  const source = await openExport(file, process.stdin);
  const records = readExport(withProgress(source, process.stderr));
  const verdict = await verifyExport({ records, publicKeys, kept });
  console.log(options.json ? JSON.stringify(verdict, null, 2) : describeVerdict(verdict));
  return verdict.valid ? exitCodes.valid : exitCodes.broken;
}
