import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { readCalls, scopesOf } from '../integrator/read-calls.js';
import { withReason } from '../with-reason.js';

interface ScopesOptions {
  openapi?: string;
  json: boolean;
}

export function registerScopes(program: Command): void {
  program
    .command('scopes')
    .description('the smallest set of scopes for a list of calls')
    .argument('[calls...]', "such as 'GET /contacts', or an operationId such as listContacts")
    .option(
      '--openapi <file>',
      'the calls of a file, one a line, as the OpenAPI document names them; - for standard input',
    )
    .option('--json', 'print them as JSON, and nothing else on standard output', false)
    .addHelpText('after', '\nNothing is called: what each call needs is known beforehand.')
    .action(print);
}

async function print(named: string[], { openapi, json }: ScopesOptions): Promise<void> {
  const listed = openapi === undefined ? '' : await withReason('The calls cannot be read', readText(openapi));
  const { calls, unknown } = readCalls([...named, listed].join('\n'));
  if (unknown.length > 0)
    throw new CliError(`Not a call of the API:\n${unknown.map((call) => `  ${call.text}`).join('\n')}`);
  if (calls.length === 0) throw new CliError('Name a call, or a file of calls with --openapi.');
  const scopes = scopesOf(calls);
  if (json) console.log(JSON.stringify({ scopes, calls }, null, 2));
  else console.log(scopes.length > 0 ? scopes.join('\n') : 'Any token will do: these calls need no scope.');
}

function readText(file: string): Promise<string> {
  return file === '-' ? text(process.stdin) : readFile(file, 'utf8');
}
