/**
 * RFC 4180: CRLF between records, a header first. Columns are only ever appended. How a cell holds null, the empty text
 * and what looks like a formula: csv-cell.ts.
 */
import type { ChainedAuditEvent } from './audit-chain.js';
import type { SignedCheckpoint } from './audit-checkpoint.js';
import {
  AuditExportError,
  readHash,
  readJson,
  readObject,
  readPayload,
  readSeq,
  readText,
  readTextOrNull,
  requireSpelling,
  type AuditExportRecord,
} from './audit-export.js';
import { parseCheckpoint } from './audit-export-ndjson.js';
import { decodeCsvCell, encodeCsvCell } from './csv-cell.js';

export const auditExportColumns = [
  'seq',
  'id',
  'createdAt',
  'action',
  'actorType',
  'actorId',
  'actorName',
  'targetType',
  'targetId',
  'ip',
  'userAgent',
  'requestId',
  'clientRequestId',
  'payload',
  'prevHash',
  'hash',
  'workspaceId',
  'record',
] as const;

/** What is not there is null. */
type Row = Partial<Record<(typeof auditExportColumns)[number], string | null>>;

/** The cells of an event, in the order of the columns, before quoting. */
export function toCsvRow(event: ChainedAuditEvent): string[] {
  const { actor, target } = event;
  return toCells({
    seq: String(event.seq),
    id: event.id,
    createdAt: event.createdAt,
    action: event.action,
    actorType: actor.type,
    actorId: actor.id,
    actorName: actor.name,
    targetType: target.type,
    targetId: target.id,
    ip: event.ip,
    userAgent: event.userAgent,
    requestId: event.requestId,
    clientRequestId: event.clientRequestId,
    payload: JSON.stringify(event.payload),
    prevHash: Buffer.from(event.prevHash).toString('hex'),
    hash: Buffer.from(event.hash).toString('hex'),
    workspaceId: event.workspaceId,
    record: 'event',
  });
}

/** The cells of the last record, in the order of the columns, before quoting. */
export function checkpointCsvRow(checkpoint: SignedCheckpoint): string[] {
  const { workspaceId, seq, hash, createdAt, keyId, signature } = checkpoint;
  const payload = JSON.stringify({ keyId, signature });
  const point = { seq: String(seq), createdAt, hash, workspaceId, payload };
  return toCells({ ...point, action: 'CHECKPOINT', record: 'checkpoint' });
}

/** One record of a CSV file (the header's too), without its CRLF. */
export function toCsvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

/** The inverse of `toCsvLine` after `toCsvRow` or `checkpointCsvRow`. @param text without its CRLF. @throws AuditExportError */
export function parseCsvRecord(text: string): AuditExportRecord {
  const row = toRow(splitCells(text));
  if (row.record === 'event') {
    const event = parseEvent(row);
    requireSpelling(text, toCsvLine(toCsvRow(event)));
    return { type: 'event', event };
  }
  if (row.record !== 'checkpoint') throw new AuditExportError('record is neither event nor checkpoint');
  const checkpoint = parseCheckpointRow(row);
  requireSpelling(text, toCsvLine(checkpointCsvRow(checkpoint)));
  return { type: 'checkpoint', checkpoint };
}

function toCells(row: Row): string[] {
  return auditExportColumns.map((column) => encodeCsvCell(row[column] ?? null));
}

function toRow(cells: readonly string[]): Row {
  if (cells.length !== auditExportColumns.length) {
    throw new AuditExportError(`has ${cells.length} cells, expected ${auditExportColumns.length}`);
  }
  const row: Row = {};
  for (const [index, column] of auditExportColumns.entries()) row[column] = decodeCsvCell(cells[index] ?? '');
  return row;
}

function parseEvent(row: Row): ChainedAuditEvent {
  const text = (column: keyof Row) => readText(row[column], column);
  const textOrNull = (column: keyof Row) => readTextOrNull(row[column], column);
  return {
    workspaceId: text('workspaceId'),
    seq: parseSeq(row),
    id: text('id'),
    action: text('action'),
    actor: { type: text('actorType'), id: textOrNull('actorId'), name: textOrNull('actorName') },
    target: { type: text('targetType'), id: textOrNull('targetId') },
    createdAt: text('createdAt'),
    ip: textOrNull('ip'),
    userAgent: textOrNull('userAgent'),
    requestId: textOrNull('requestId'),
    clientRequestId: textOrNull('clientRequestId'),
    payload: readPayload(parseJsonCell(row)),
    prevHash: readHash(row.prevHash, 'prevHash'),
    hash: readHash(row.hash, 'hash'),
  };
}

function parseCheckpointRow(row: Row): SignedCheckpoint {
  const { workspaceId, hash, createdAt } = row;
  return parseCheckpoint({
    ...readObject(parseJsonCell(row), 'payload'),
    workspaceId,
    seq: parseSeq(row),
    hash,
    createdAt,
  });
}

function parseJsonCell({ payload }: Row): unknown {
  return readJson(readText(payload, 'payload'), 'payload');
}

function parseSeq({ seq }: Row): number {
  return readSeq(typeof seq === 'string' ? Number(seq) : seq);
}

/** The cells of a record, unquoted. What is not quoted as it should be comes out as something that is spelt otherwise. */
function splitCells(text: string): string[] {
  const cells: string[] = [];
  let from = 0;
  while (from <= text.length) {
    const isQuoted = text[from] === '"';
    const end = isQuoted ? closingQuote(text, from) + 1 : nextComma(text, from);
    cells.push(isQuoted ? text.slice(from + 1, end - 1).replaceAll('""', '"') : text.slice(from, end));
    from = end + 1;
  }
  return cells;
}

function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  if (at < 0) throw new AuditExportError('a quote is not closed');
  return at;
}

function nextComma(text: string, from: number): number {
  const at = text.indexOf(',', from);
  return at < 0 ? text.length : at;
}
