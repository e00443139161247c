import path from 'node:path';
import { styleText } from 'node:util';
import type { DemoFile } from '../demo/demo-file.js';
import { formatDuration } from '../terminal/duration.js';
import type { Output } from '../terminal/steps.js';

export interface SummaryFacts {
  demo: DemoFile;
  dataDir: string;
  /** From the start of this process to the API's readiness. */
  elapsedMs: number;
}

/** What a newcomer wants to know when everything runs: where, as whom, and a first call that works when pasted. */
export function summary({ demo, dataDir, elapsedMs }: SummaryFacts, output: Output): string {
  const bold = (text: string) => styleText('bold', text, { stream: output });
  const dim = (text: string) => styleText('dim', text, { stream: output });
  const link = (text: string) => styleText('cyan', text, { stream: output });
  const row = (name: string, value: string) => `    ${dim(name.padEnd(10))} ${value}`;
  const shown = path.relative(process.cwd(), dataDir);
  const folder = shown.startsWith('..') ? dataDir : shown;
  const [acme] = demo.workspaces;
  const admin = acme?.users.find(({ role }) => role === 'owner');

  const lines = [
    '',
    `  ${bold('CalKeep is running')} at ${link(demo.baseUrl)} ${dim(`(ready in ${formatDuration(elapsedMs)})`)}`,
    '',
    row('Console', link(demo.baseUrl)),
    ...(admin ? [row('  sign in', `${admin.email}  ${dim('password')} ${admin.password}`)] : []),
    ...(admin ? [row('', `${dim('code from')} npm run -s calkeep -- demo code`)] : []),
    row('API', link(`${demo.baseUrl}/api/v1`)),
    row('Try it', link(`${demo.baseUrl}/docs`)),
    row('Health', link(`${demo.baseUrl}/health/ready`)),
    row('All access', `${path.join(folder, 'demo.json')} ${dim('(users, passwords, tokens of every demo workspace)')}`),
    row('Logs', path.join(folder, 'logs')),
    '',
    `  ${bold('A first call')}, contacts of ${acme?.name ?? 'the demo'}:`,
    '',
    `    ${firstCall(demo)}`,
    '',
    `  ${dim('Ctrl-C stops everything; the data stays.')}`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** One line for any POSIX shell: nothing in it is special to one within single quotes. */
export function firstCall({ baseUrl, workspaces }: DemoFile): string {
  const token = workspaces[0]?.tokens[0]?.token ?? 'TOKEN';
  return `curl -sS -H 'Authorization: Bearer ${token}' '${baseUrl}/api/v1/contacts?limit=3'`;
}
