import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCatalogue } from '@calkeep/contract';
import { loadConfig } from '@calkeep/platform';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const docs = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];
/** Named by CONTRIBUTING.md as what a contributor would add. */
const examples = new Set(['libs/contract/src/resources/note.ts']);

it.each(docs)('%s links to files and headings that exist', (file) => {
  const links = [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => !link.includes('://') && !leadsSomewhere(file, link));

  expect(broken).toEqual([]);
});

it.each(docs)('%s names files that exist', (file) => {
  const named =
    read(file).match(/\b(?:apps|libs|prisma|test|tools|docs)\/[\w./-]+\.(?:ts|mjs|md|sql|prisma|json)\b/g) ?? [];
  const missing = named.filter((name) => !examples.has(name) && !existsSync(path.join(root, name)));

  expect(missing).toEqual([]);
});

it('tells callers of every error code as the catalogue does', () => {
  const section = read('docs/integrators.md').split('\n## Errors\n')[1]?.split('\n## ')[0] ?? '';
  const documented = section.split('\n').filter((line) => line.startsWith('| `'));

  expect(documented.sort()).toEqual(
    Object.entries(errorCatalogue)
      .map(([code, { status, when, remedy }]) => `| \`${code}\` | ${status} | ${when} | ${remedy} |`)
      .sort(),
  );
});

it('tells operators of every setting of the server, with its default', () => {
  const settings = [...read('libs/platform/src/config.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(
    ([, name = '']) => name,
  );
  const required = {
    DATABASE_URL: 'postgres://a@b/c',
    REDIS_URL: 'none',
    TOKEN_PEPPERS: 'x',
    SEALING_KEYS: 'x',
    AUDIT_SIGNING_KEYS: 'x',
  };
  const defaults: Record<string, Value> = loadConfig(required);
  const expected = settings.map((name) => [name, name in required ? '**required**' : defaultText(defaults[name])]);

  const documented = rowsOf('docs/operators.md', 'Settings').map(([name, value]) => [name, value]);

  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
});

it('tells operators of every variable that the command line reads', () => {
  const variables = [...read('apps/cli/src/settings.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(
    ([, name = '']) => name,
  );
  const operators = read('docs/operators.md');

  expect(variables.filter((name) => !operators.includes(`\`${name}\``))).toEqual([]);
});

it('tells operators of every metric', () => {
  const metrics = read('apps/api/src/metrics/request-metrics.ts').match(/calkeep_\w+/g) ?? [];
  const operators = read('docs/operators.md');

  expect(metrics.length).toBeGreaterThan(0);
  expect(metrics.filter((name) => !operators.includes(`\`${name}\``))).toEqual([]);
});

it('lists every decision', () => {
  const records = readdirSync(path.join(root, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
  const list = read('docs/adr/README.md');

  expect(records.filter((name) => !list.includes(`(${name})`))).toEqual([]);
});

function leadsSomewhere(from: string, link: string): boolean {
  const [target = '', heading] = link.split('#');
  const file = target === '' ? from : path.join(path.dirname(from), target);
  if (!existsSync(path.join(root, file))) return false;
  return heading === undefined || headingsOf(file).includes(heading);
}

/** As GitHub names them in links. */
function headingsOf(file: string): string[] {
  const headings = [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** The first two cells of a section's table rows that begin with a name in code, marks of code taken off. */
function rowsOf(file: string, section: string): [string, string][] {
  const body = read(file).split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...body.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll('`', '').trim(),
  ]);
}

type Value = string | number | string[] | undefined;

function defaultText(value: Value): string {
  const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
  return text === '' ? 'none' : text;
}
