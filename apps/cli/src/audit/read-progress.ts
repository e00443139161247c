import { showProgress } from '../load/progress.js';
import type { Output } from '../terminal/steps.js';
import type { ExportSource } from './open-export.js';

const megabyte = 1_000_000;
const reportBytes = 100 * megabyte;

/** The same chunks; shows how far they are: as a part of the whole, or where that is unknown how much was read. */
export function withProgress({ chunks, bytes }: ExportSource, output: Output): AsyncGenerator<Buffer> {
  return bytes === undefined ? withCount(chunks, output) : withBar(chunks, { output, bytes });
}

async function* withBar(chunks: AsyncIterable<Buffer>, { output, bytes }: { output: Output; bytes: number }) {
  const progress = showProgress(output, bytes, 'bytes');
  try {
    for await (const chunk of chunks) {
      yield chunk;
      progress.add(chunk.length);
    }
  } finally {
    progress.stop();
  }
}

async function* withCount(chunks: AsyncIterable<Buffer>, output: Output) {
  let read = 0;
  for await (const chunk of chunks) {
    yield chunk;
    const before = Math.floor(read / reportBytes);
    read += chunk.length;
    if (Math.floor(read / reportBytes) > before) output.write(`${Math.floor(read / megabyte)} MB read\n`);
  }
}
