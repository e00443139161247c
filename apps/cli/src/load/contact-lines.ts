import { createUuidSource } from '@calkeep/sample-data';
import { companies, companyKinds, firstNames, jobTitles, lastNames, tagSets } from './people.js';

/** The columns of a line, in order. */
export const contactColumns = [
  'workspace_id',
  'id',
  'first_name',
  'last_name',
  'email',
  'phone',
  'company',
  'title',
  'tags',
  'custom_fields',
  'created_at',
  'updated_at',
] as const;

export interface ContactLinesOptions {
  workspaceId: string;
  /** Contacts of the workspace in all; their times are spread evenly up to `untilMs`, over at most a year. */
  total: number;
  untilMs: number;
}

/** Makes the lines of the contacts `from` (inclusive) to `to` (exclusive), in PostgreSQL's text format for COPY. */
export type ContactLines = (from: number, to: number) => string;

const yearMs = 365 * 24 * 3_600_000;

/** Contacts that differ from each other, with the distribution of names that a real address book has. Asked for in order. */
export function createContactLines({ workspaceId, total, untilMs }: ContactLinesOptions): ContactLines {
  const nextUuid = createUuidSource();
  const stepMs = yearMs / Math.max(total, 1);
  const random = createRandom(0x2545f491);
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? '';
  return (from, to) => {
    const lines: string[] = [];
    for (let index = from; index < to; index += 1) {
      const atMs = Math.floor(untilMs - yearMs + (index + 1) * stepMs);
      const at = new Date(atMs).toISOString();
      const first = pick(firstNames);
      const last = pick(lastNames);
      const company = `${pick(companies)} ${pick(companyKinds)}`;
      const domain = `${company.replace(' ', '-').toLowerCase()}.example.com`;
      const email = `${ascii(first)}.${ascii(last)}.${index + 1}@${domain}`;
      const phone = `+1${212 + (index % 700)}555${String(100 + (index % 100)).padStart(4, '0')}`;
      const fields = [workspaceId, nextUuid(atMs), first, last, email, phone, company, pick(jobTitles), pick(tagSets)];
      lines.push([...fields.map(escapeCopyText), `{"customerNumber": ${index + 1}}`, at, at].join('\t'), '\n');
    }
    return lines.join('');
  };
}

/** A value of a line: backslash, tab and line ends would be taken for the format's own. */
export function escapeCopyText(value: string): string {
  if (!/[\\\t\n\r]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

const asciiOf = new Map<string, string>();

function ascii(name: string): string {
  const known = asciiOf.get(name);
  if (known !== undefined) return known;
  const made = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase();
  asciiOf.set(name, made);
  return made;
}

/** Mulberry32: fast, and the same numbers in each run. From 0 (inclusive) to 1 (exclusive). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
