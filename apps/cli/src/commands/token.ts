import type { Command } from 'commander';
import { checkToken, type TokenVerdict } from '../integrator/check-token.js';
import { describeToken } from '../integrator/describe-token.js';
import { callerHelp, findBaseUrl, findToken } from '../integrator/open-client.js';
import { readSettings } from '../settings.js';

interface CheckOptions {
  token?: string;
  url?: string;
  offline: boolean;
  json: boolean;
}

/** What a script can tell apart. */
const exitCodes: Record<TokenVerdict['state'], number> = {
  good: 0,
  'well-formed': 0,
  refused: 1,
  malformed: 2,
  unreachable: 3,
};

export function registerToken(program: Command): void {
  program
    .command('token')
    .description('look at an API token')
    .command('check')
    .description('whether a token is good: its checksum first, which needs no server, then what the server says')
    .option('--token <token>', 'the token; - reads it from standard input')
    .option('--url <url>', 'where the API is')
    .option('--offline', 'ask no server', false)
    .option('--json', 'print the verdict as JSON, and nothing else on standard output', false)
    .addHelpText('after', `${callerHelp}\nExit code: 0 good, 1 refused, 2 malformed, 3 no answer.`)
    .action(check);
}

async function check({ token, url, offline, json }: CheckOptions): Promise<void> {
  const settings = readSettings();
  const found = await findToken(settings, token);
  const verdict = await checkToken(found, offline ? null : await findBaseUrl(settings, url));
  console.log(json ? JSON.stringify(verdict, null, 2) : describeToken(verdict));
  process.exitCode = exitCodes[verdict.state];
}
