import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { aToken, aWorkspace, someBookings, someContacts, type TestToken } from '../support/builders.js';
import { pathWithTools } from '../support/shell-tools.js';
import { useApi } from '../support/use-api.js';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, '.tmp', `guides-${process.pid}`);
const toolPath = pathWithTools(path.join(folder, 'bin'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guides = ['docs/integrators.md', 'libs/sdk/README.md'];
const snippets = guides.flatMap((guide) =>
  [...readFileSync(path.join(root, guide), 'utf8').matchAll(/^```(sh|ts)\n([\s\S]*?)^```$/gm)].map(
    ([, language, text = ''], index) => ({ name: `${guide}, ${language} ${index + 1}`, language, text }),
  ),
);
const inShell = snippets.filter(({ language }) => language === 'sh');
const inTypeScript = snippets.filter(({ language }) => language === 'ts');

const api = useApi();

interface Ran {
  code: number | null;
  output: string;
}

function run(command: string, args: readonly string[], token: TestToken): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: root,
    env: {
      PATH: toolPath,
      HOME: folder,
      CALKEEP_URL: api.process.baseUrl,
      CALKEEP_TOKEN: token.secret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

/** A workspace in use, in which what the guides name is there. */
async function aPlace() {
  const workspace = await aWorkspace();
  const [contact = ''] = await someContacts(workspace, 3);
  await someBookings(workspace, 3);
  const token = await aToken({ workspace });
  const { headers } = await api.call(`/api/v1/contacts/${contact}`, { token: token.secret });
  return { token, contact, etag: String(headers['etag']) };
}

/** What stands in a guide for something of the reader's own, and the command line as it is built. */
function madeReal(text: string, { token, contact, etag }: Awaited<ReturnType<typeof aPlace>>): string {
  return text
    .replaceAll('http://localhost:3000', api.process.baseUrl)
    .replaceAll('ck_live_…', token.secret)
    .replaceAll('con_…', contact)
    .replaceAll(/"\w+…"/g, etag)
    .replaceAll('npm run calkeep --', `'${process.execPath}' '${path.join(root, 'apps/cli/dist/main.js')}'`);
}

it('the guides have snippets of both kinds', () => {
  expect(inShell.length).toBeGreaterThan(5);
  expect(inTypeScript.length).toBeGreaterThan(1);
});

describe('pasted into a shell', () => {
  it.each(inShell)('$name works', async ({ text }) => {
    const place = await aPlace();
    const script = madeReal(text, place);
    expect(script).not.toContain('…');
    // A call that is refused ends the script, as it would not in the reader's terminal.
    const strict = `set -euo pipefail\ncurl() { command curl --fail-with-body "$@"; }\n${script}`;
    const { code, output } = await run('bash', ['-c', strict], place.token);
    expect(code, output).toBe(0);
  });
});

describe('as a program', () => {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    outDir: folder,
  };

  it.each(inTypeScript)('$name compiles under strict rules and works', { timeout: 90_000 }, async ({ text }) => {
    const place = await aPlace();
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'snippet.mts');
    writeFileSync(file, madeReal(text, place));
    const program = ts.createProgram([file], options);
    const problems = ts.getPreEmitDiagnostics(program);
    expect(ts.formatDiagnostics(problems, formatHost)).toBe('');
    program.emit();
    const { code, output } = await run(process.execPath, [path.join(folder, 'snippet.mjs')], place.token);
    expect(code, output).toBe(0);
  });
});

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
};
