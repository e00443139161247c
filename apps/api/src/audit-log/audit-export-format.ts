import type { AuditExportFormat } from '@calkeep/contract';
import {
  auditExportColumns,
  checkpointCsvRow,
  checkpointNdjsonLine,
  toCsvLine,
  toCsvRow,
  toNdjsonLine,
  type ChainedAuditEvent,
  type SignedCheckpoint,
} from '@calkeep/security';

/** How an export is written; each text ends its line. */
export interface ExportFormat {
  readonly contentType: string;
  /** What stands before the events. */
  readonly head: string;
  writeEvent(event: ChainedAuditEvent): string;
  writeCheckpoint(checkpoint: SignedCheckpoint): string;
}

export const exportFormats: Readonly<Record<AuditExportFormat, ExportFormat>> = {
  /** RFC 4180, section 3. */
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: csvRecord(auditExportColumns),
    writeEvent: (event) => csvRecord(toCsvRow(event)),
    writeCheckpoint: (checkpoint) => csvRecord(checkpointCsvRow(checkpoint)),
  },
  ndjson: {
    contentType: 'application/x-ndjson',
    head: '',
    writeEvent: (event) => `${toNdjsonLine(event)}\n`,
    writeCheckpoint: (checkpoint) => `${checkpointNdjsonLine(checkpoint)}\n`,
  },
};

function csvRecord(cells: readonly string[]): string {
  return `${toCsvLine(cells)}\r\n`;
}
