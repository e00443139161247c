import { totpCode, totpPeriodSeconds } from '@calkeep/security';
import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { readDemoFile, type DemoUser } from '../demo/demo-file.js';
import { readSettings } from '../settings.js';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('what the demo of `npm start` is tried with')
    .command('code')
    .description('the code that an authenticator app would show now for a user of the demo; each works once')
    .argument('[email]', 'one of the users in demo.json; without it the first')
    .option('--json', 'print the code as JSON, and nothing else on standard output', false)
    .action(code);
}

async function code(email: string | undefined, { json }: { json: boolean }): Promise<void> {
  const user = await findUser(email);
  const now = new Date();
  const secondsLeft = totpPeriodSeconds - (Math.floor(now.getTime() / 1_000) % totpPeriodSeconds);
  const shown = { email: user.email, code: totpCode(user.totpSecret, now), secondsLeft };
  console.log(json ? JSON.stringify(shown) : `${shown.code}   for ${shown.email}, for another ${secondsLeft} s`);
}

async function findUser(email: string | undefined): Promise<DemoUser> {
  const demo = await readDemoFile(readSettings().dataDir);
  if (demo === null) throw new CliError('There is no demo here yet: `npm start` makes it.');
  const users = demo.workspaces.flatMap((workspace) => workspace.users);
  const user = email === undefined ? users[0] : users.find((candidate) => candidate.email === email);
  if (user) return user;
  throw new CliError(`The demo has no user ${email}. It has ${users.map((known) => known.email).join(', ')}.`);
}
