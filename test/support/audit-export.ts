import { newId } from '@calkeep/contract';
import {
  auditExportColumns,
  auditHash,
  checkpointCsvRow,
  checkpointNdjsonLine,
  CheckpointSigner,
  genesisHash,
  toCsvLine,
  toCsvRow,
  toNdjsonLine,
  type AuditEvent,
  type ChainedAuditEvent,
  type ChainPoint,
  type SignedCheckpoint,
} from '@calkeep/security';
import { randomBytes } from 'node:crypto';

export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface TestLog {
  readonly workspaceId: string;
  readonly events: readonly ChainedAuditEvent[];
}

const startMs = Date.parse('2026-01-02T03:04:05.678Z');

/** An event as the server records the use of a token, with a payload and a user agent of the usual length. */
export function anAuditEvent(workspaceId: string, seq: number): AuditEvent {
  return {
    ...{ workspaceId, seq, id: `aud_${digits(seq)}`, action: 'API_TOKEN_USED' },
    actor: { type: 'token', id: 'tok_01jd3z6k9qe0g8m1n2p3q4r5s6', name: 'Full access' },
    target: { type: 'api_token', id: 'tok_01jd3z6k9qe0g8m1n2p3q4r5s6' },
    createdAt: new Date(startMs + seq).toISOString(),
    ip: '192.0.2.1',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0',
    requestId: `req_${digits(seq)}`,
    clientRequestId: seq % 2 === 0 ? null : '=mine, "quoted"\r\n',
    payload: { displayPrefix: 'ck_live_abcd', hitsSinceLast: (seq % 97) + 1, reason: 'new_address' },
  };
}

/** Looks like the suffix of an id; fresh ones by the million would take longer than what is tested. */
function digits(seq: number): string {
  return String(seq).padStart(26, '0');
}

/** Events that link up, from the beginning of a log, one at a time. */
export function* chainEvents(workspaceId: string, count: number): Generator<ChainedAuditEvent> {
  let prevHash = genesisHash(workspaceId);
  for (let seq = 1; seq <= count; seq += 1) {
    const event = anAuditEvent(workspaceId, seq);
    const hash = auditHash(prevHash, event);
    yield { ...event, prevHash, hash };
    prevHash = hash;
  }
}

/** The same events, in this order, with every number and hash made to fit: what a forger without our key can do. */
export function chainAnew(workspaceId: string, events: readonly AuditEvent[]): ChainedAuditEvent[] {
  let prevHash = genesisHash(workspaceId);
  return events.map((event, index) => {
    const renumbered = { ...event, workspaceId, seq: index + 1 };
    const hash = auditHash(prevHash, renumbered);
    const link = { ...renumbered, prevHash, hash };
    prevHash = hash;
    return link;
  });
}

export function aLog(count: number): TestLog {
  const workspaceId = newId('workspace');
  return { workspaceId, events: [...chainEvents(workspaceId, count)] };
}

export function aSigner(keyId = '2026a'): CheckpointSigner {
  return CheckpointSigner.parse(`${keyId}:${randomBytes(32).toString('base64')}`);
}

export function signPoint(signer: CheckpointSigner, workspaceId: string, { seq, hash }: ChainPoint): SignedCheckpoint {
  const createdAt = new Date(startMs + seq).toISOString();
  return signer.sign({ workspaceId, seq, hash: Buffer.from(hash).toString('hex'), createdAt });
}

/** What stands before the first record. */
export const exportHead: Record<ExportFormat, string> = {
  ndjson: '',
  csv: `${toCsvLine(auditExportColumns)}\r\n`,
};

export function exportEvent(format: ExportFormat, event: ChainedAuditEvent): string {
  return format === 'csv' ? `${toCsvLine(toCsvRow(event))}\r\n` : `${toNdjsonLine(event)}\n`;
}

export function exportCheckpoint(format: ExportFormat, checkpoint: SignedCheckpoint): string {
  return format === 'csv' ? `${toCsvLine(checkpointCsvRow(checkpoint))}\r\n` : `${checkpointNdjsonLine(checkpoint)}\n`;
}

/** A whole export as text. */
export function exportText(
  format: ExportFormat,
  events: readonly ChainedAuditEvent[],
  checkpoint?: SignedCheckpoint,
): string {
  const records = events.map((event) => exportEvent(format, event));
  return [exportHead[format], ...records, ...(checkpoint ? [exportCheckpoint(format, checkpoint)] : [])].join('');
}
