import { open } from 'node:fs/promises';
import { CliError } from '../cli-error.js';
import { reasonOf, withReason } from '../with-reason.js';

export interface ExportSource {
  /** What ails it while it is read is thrown as a CliError. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Undefined where only the end tells, as in a pipe. */
  readonly bytes: number | undefined;
}

/** Few enough to keep memory flat, and enough that reading costs nothing beside hashing. */
const chunkBytes = 256 * 1024;

/** A file by its name, or `input` for `-`. @throws CliError */
export async function openExport(file: string, input: AsyncIterable<Buffer>): Promise<ExportSource> {
  if (file === '-') return { chunks: withReasons(input, 'standard input'), bytes: undefined };
  const handle = await withReason(`${file} cannot be read`, open(file));
  const stats = await handle.stat();
  const chunks: AsyncIterable<Buffer> = handle.createReadStream({ highWaterMark: chunkBytes });
  return { chunks: withReasons(chunks, file), bytes: stats.isFile() ? stats.size : undefined };
}

async function* withReasons(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (cause) {
    throw new CliError(`${name} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}
