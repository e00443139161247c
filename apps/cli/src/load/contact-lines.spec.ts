import { expect, it } from 'vitest';
import { contactColumns, createContactLines, escapeCopyText } from './contact-lines.js';

const workspaceId = '018d799c-8f80-7c48-83bb-032a5895a88b';
const untilMs = Date.parse('2026-05-06T07:08:09.010Z');

function fieldsOf(lines: string): string[][] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

it('makes one line a contact, with a field for each column', () => {
  const rows = fieldsOf(createContactLines({ workspaceId, total: 500, untilMs })(0, 500));
  expect(rows).toHaveLength(500);
  for (const row of rows) expect(row).toHaveLength(contactColumns.length);
});

it('makes unique ids and e-mail addresses that go on from batch to batch, in order of time up to the given instant', () => {
  const makeLines = createContactLines({ workspaceId, total: 3_000, untilMs });
  const rows = fieldsOf(makeLines(0, 2_000) + makeLines(2_000, 3_000));
  const column = (name: (typeof contactColumns)[number]) => rows.map((row) => row[contactColumns.indexOf(name)] ?? '');
  expect([...column('id')].sort()).toEqual(column('id'));
  expect(new Set(column('email')).size).toBe(3_000);
  expect([...column('created_at')].sort()).toEqual(column('created_at'));
  expect(column('created_at').at(-1)).toBe('2026-05-06T07:08:09.010Z');
});

it('escapes what COPY would take for its own', () => {
  expect(escapeCopyText('a\\b\tc\nd\re')).toBe('a\\\\b\\tc\\nd\\re');
  expect(escapeCopyText('Björn')).toBe('Björn');
});
