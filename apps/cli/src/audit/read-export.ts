import {
  AuditExportError,
  auditExportColumns,
  parseCsvRecord,
  parseNdjsonLine,
  toCsvLine,
  type AuditExportRecord,
} from '@calkeep/security';
import { CliError } from '../cli-error.js';
import { RecordSplitter, type RecordText } from './record-splitter.js';

/** A record of an export, and the line of the file on which it begins (the first is 1). */
export interface NumberedRecord {
  readonly line: number;
  readonly record: AuditExportRecord;
}

/** Undefined for a header. @throws AuditExportError */
type ParseRecord = (text: string) => AuditExportRecord | undefined;

const openingBrace = 0x7b;
const header = toCsvLine(auditExportColumns);

/**
 * The records of an export in either format, told apart by the first byte, one at a time.
 * @throws CliError that names the line of what is no record
 */
export async function* readExport(chunks: AsyncIterable<Buffer>): AsyncGenerator<NumberedRecord> {
  let reader: ExportReader | undefined;
  for await (const chunk of chunks) {
    reader ??= openReader(chunk[0] === openingBrace);
    for (const record of reader.push(chunk)) yield record;
  }
  if (reader) yield* reader.end();
}

interface ExportReader {
  push(chunk: Buffer): Iterable<NumberedRecord>;
  end(): Iterable<NumberedRecord>;
}

function openReader(isNdjson: boolean): ExportReader {
  const splitter = new RecordSplitter({ hasQuotes: !isNdjson });
  const parse = isNdjson ? parseNdjsonLine : parseCsv();
  return {
    push: (chunk) => parseEach(splitter.push(chunk), parse),
    end: () => parseEach(splitter.end(), parse),
  };
}

function* parseEach(texts: Iterable<RecordText>, parse: ParseRecord): Generator<NumberedRecord> {
  for (const { line, text } of texts) {
    const record = parseAt(line, () => parse(text));
    if (record) yield { line, record };
  }
}

function parseAt<T>(line: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof AuditExportError)) throw error;
    throw new CliError(`line ${line}: ${error.message}`, { cause: error });
  }
}

function parseCsv(): ParseRecord {
  let isHeaderRead = false;
  return (text) => {
    if (isHeaderRead) return parseCsvRecord(text);
    // Spreadsheets want a byte order mark, and some put one there themselves.
    requireHeader(text.replace(/^\ufeff/, ''));
    isHeaderRead = true;
    return undefined;
  };
}

function requireHeader(text: string): void {
  if (text === header) return;
  const message = text.startsWith(`${header},`)
    ? 'has columns that this version does not know; a newer one does'
    : 'neither the header of a CSV export nor an event of an NDJSON export';
  throw new AuditExportError(message);
}
