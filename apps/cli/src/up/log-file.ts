import { mkdir, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';

const rotateAtBytes = 10 * 1024 * 1024;
const tailBytes = 16 * 1024;

/** The path of a log below the data folder, its folder made. One of more than 10 MB becomes `….1`, which it replaces. */
export async function prepareLogFile(dataDir: string, name: string): Promise<string> {
  const folder = path.join(dataDir, 'logs');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, name);
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > rotateAtBytes) await rename(file, `${file}.1`);
  return file;
}

/** The last lines of a file that may be large; none when it cannot be read. */
export async function readLastLines(file: string, count: number): Promise<string[]> {
  const handle = await open(file).catch(() => null);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count);
  } finally {
    await handle.close();
  }
}
