import type { AuditExportFormat } from '@calkeep/contract';
import { callForStream } from '../../api/call.js';
import type { AuditSearch } from './audit-log.routes.js';
import { boundsOf } from './audit-range.js';

export interface ExportProgress {
  readonly entries: number;
  readonly bytes: number;
}

export interface ExportedLog {
  readonly name: string;
  readonly content: Blob;
  readonly entries: number;
}

interface ExportOptions {
  readonly ws: string;
  readonly search: AuditSearch;
  readonly format: AuditExportFormat;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExportProgress) => void;
}

/** Beside the entries, a file has the checkpoint's line, and a CSV its header. */
const linesBeside = { csv: 2, ndjson: 1 } as const;
const newline = 10;
/** Browsers keep large blobs on disk. */
const blobBytesMin = 8_000_000;

/** Reads the export as it is written, so that one of any length neither times out nor fills the memory. @throws ApiError */
export async function exportLog({ ws, search, format, signal, onProgress }: ExportOptions): Promise<ExportedLog> {
  const path = `/app/workspaces/${ws}/audit-log/export`;
  const response = await callForStream(path, { query: { ...boundsOf(search), format }, signal });
  const parts = new Parts();
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    parts.add(read.value);
    onProgress({ entries: Math.max(0, parts.lines - linesBeside[format]), bytes: parts.bytes });
  }
  return {
    name: nameOf(response) ?? `calkeep-audit-log.${format}`,
    content: parts.whole(response.headers.get('Content-Type') ?? ''),
    entries: Math.max(0, parts.lines - linesBeside[format]),
  };
}

class Parts {
  bytes = 0;
  lines = 0;
  readonly #blobs: Blob[] = [];
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #chunkBytes = 0;

  add(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
    this.bytes += chunk.length;
    for (const byte of chunk) if (byte === newline) this.lines += 1;
    if (this.#chunkBytes >= blobBytesMin) this.#flush();
  }

  whole(type: string): Blob {
    this.#flush();
    return new Blob(this.#blobs, { type });
  }

  #flush(): void {
    this.#blobs.push(new Blob(this.#chunks));
    this.#chunks = [];
    this.#chunkBytes = 0;
  }
}

function nameOf(response: Response): string | undefined {
  return /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
}
