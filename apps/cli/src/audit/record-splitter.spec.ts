import { parse } from 'csv-parse/sync';
import { toCsvLine } from '@calkeep/security';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordSplitter } from './record-splitter.js';

function split(chunks: readonly (string | Buffer)[], { hasQuotes = false } = {}) {
  const splitter = new RecordSplitter({ hasQuotes });
  return [...chunks.flatMap((chunk) => [...splitter.push(Buffer.from(chunk))]), ...splitter.end()];
}

const textsOf = (chunks: readonly (string | Buffer)[], options?: { hasQuotes: boolean }) =>
  split(chunks, options).map(({ text }) => text);

/** The same bytes in chunks that are cut wherever it hurts, within characters too. */
function inChunks(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let from = 0, index = 0; from < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return chunks;
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
const cell = fc.string({ unit: fc.constantFrom('a', 'ü', '😀', '"', ',', '\r', '\n', "'") });
const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });

describe('RecordSplitter', () => {
  it('finds the same lines however the bytes arrive', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ü', '\u2028', '"', '😀'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(line), sizes, fc.constantFrom('\n', '\r\n'), (lines, cut, end) => {
        const text = lines.map((each) => each + end).join('');
        expect(split(inChunks(text, cut))).toEqual(lines.map((each, index) => ({ line: index + 1, text: each })));
      }),
    );
  });

  it('finds the records that an independent reader of CSV finds, and the lines on which they begin', () => {
    fc.assert(
      fc.property(rows, sizes, (cells, cut) => {
        const records = cells.map(toCsvLine);
        const text = records.map((record) => `${record}\r\n`).join('');
        const found = split(inChunks(text, cut), { hasQuotes: true });
        expect(found.map((record) => record.text)).toEqual(records);
        expect(parse(text, { record_delimiter: '\r\n', relax_column_count: true })).toEqual(cells);
        const linesBefore = records.map((_, index) => records.slice(0, index).join('\n').split('\n').length);
        expect(found.map(({ line }) => line)).toEqual(linesBefore.map((count, index) => (index === 0 ? 1 : count + 1)));
      }),
    );
  });

  it('gives the last record although no line end follows it', () => {
    expect(textsOf(['a\nb'])).toEqual(['a', 'b']);
  });

  it('passes over empty lines, and counts them', () => {
    expect(split(['a\n\n\r\nb\n\n'])).toEqual([
      { line: 1, text: 'a' },
      { line: 4, text: 'b' },
    ]);
  });

  it('gives each record before it looks at the next', () => {
    const records = new RecordSplitter({ hasQuotes: false }).push(Buffer.from([0x61, 0x0a, 0xff, 0x0a]));
    expect(records.next().value).toEqual({ line: 1, text: 'a' });
    expect(() => records.next()).toThrow(/^line 2: not UTF-8$/);
  });

  it('names the line on which a quote that nobody closes was opened', () => {
    expect(() => split(['a\nb,"c\nd\n'], { hasQuotes: true })).toThrow(/^line 2: a quote is not closed/);
  });

  it.each([
    ['in one chunk', 1],
    ['in many', 64],
  ])('refuses a record of more than 4 MiB that comes %s, without waiting for its end', (_, count) => {
    const chunk = Buffer.alloc((4 * 1024 * 1024) / count + 1, 'a');
    const splitter = new RecordSplitter({ hasQuotes: false });
    const push = (bytes: Buffer) => [...splitter.push(bytes)];
    expect(push(Buffer.from('ok\n'))).toHaveLength(1);
    for (let index = 1; index < count; index += 1) push(chunk);
    expect(() => push(chunk)).toThrow(/^line 2: longer than 4194304 bytes/);
  });

  it('refuses such a record that ends in the chunk in which it began', () => {
    expect(() => split([Buffer.alloc(4 * 1024 * 1024 + 1, 'a'), '\n'])).toThrow(/^line 1: longer/);
    expect(() => split([`${'a'.repeat(4 * 1024 * 1024 + 1)}\nb\n`])).toThrow(/^line 1: longer/);
  });
});
