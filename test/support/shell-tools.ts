import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** As much of curl as the guides use. */
const curl = `
const { values, positionals } = require('node:util').parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' }, 'show-error': { type: 'boolean', short: 'S' },
    'fail-with-body': { type: 'boolean' }, head: { type: 'boolean', short: 'I' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    request: { type: 'string', short: 'X' }, data: { type: 'string', short: 'd' },
  },
});
const headers = Object.fromEntries(values.header.map((line) => line.split(/:\\s*(.*)/).slice(0, 2)));
const method = values.request ?? (values.head ? 'HEAD' : values.data === undefined ? 'GET' : 'POST');
fetch(positionals[0], { method, headers, body: values.data }).then(async (answer) => {
  const lines = [...answer.headers].map(([name, value]) => name + ': ' + value);
  process.stdout.write(values.head ? lines.join('\\n') + '\\n' : await answer.text());
  process.exitCode = values['fail-with-body'] && !answer.ok ? 22 : 0;
});`;

/** The filters that the guides use, and no other. */
const jq = `
const filters = {
  '.data.contacts[]': ({ data }) => data.contacts.map((each) => JSON.stringify(each)),
  '.data.pagination.nextCursor // empty': ({ data }) => [data.pagination.nextCursor].filter((each) => each !== null),
};
const value = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
for (const line of filters[process.argv.at(-1)](value)) console.log(line);`;

/** A PATH on which the tools of the guides are found: the machine's own, or stand-ins below `folder` where it has none. */
export function pathWithTools(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries({ curl, jq })) {
    if (spawnSync(name, ['--version']).status === 0) continue;
    const file = path.join(folder, name);
    writeFileSync(file, `#!${process.execPath}\n${script}\n`);
    chmodSync(file, 0o755);
  }
  return `${folder}:${process.env['PATH'] ?? ''}`;
}
