/** One execution of a statement that the connection has prepared. */
export interface PreparedRun {
  readonly name: string;
  readonly values: readonly (string | null)[];
}

const [bindCode, executeCode, syncCode] = [0x42, 0x45, 0x53];
/** The length itself, the unnamed portal, and as many rows as there are. */
const executeLength = 4 + 1 + 4;
const syncLength = 4;

/**
 * Bind and Execute of each of the statements, then one Sync (PostgreSQL 18, 54.7), in one piece. pg writes a buffer for each
 * message, which for a point read were six of them and an eighth of the server's time.
 */
export function encodeRun(runs: readonly PreparedRun[]): Buffer {
  const sizes = runs.map(bindLengthOf);
  const length = sizes.reduce((sum, size) => sum + 1 + size + 1 + executeLength, 1 + syncLength);
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const [index, run] of runs.entries()) {
    at = writeBind(bytes, at, { ...run, length: sizes[index] ?? 0 });
    at = bytes.writeUInt8(executeCode, at);
    at = bytes.writeInt32BE(executeLength, at);
    at = bytes.writeUInt8(0, at);
    at = bytes.writeInt32BE(0, at);
  }
  at = bytes.writeUInt8(syncCode, at);
  bytes.writeInt32BE(syncLength, at);
  return bytes;
}

function bindLengthOf({ name, values }: PreparedRun): number {
  let length = 4 + 1 + Buffer.byteLength(name) + 1 + 2 + 2 + 2;
  for (const value of values) length += 4 + (value === null ? 0 : Buffer.byteLength(value));
  return length;
}

/** Every parameter and every column in its text form. */
function writeBind(bytes: Buffer, start: number, { name, values, length }: PreparedRun & { length: number }): number {
  let at = bytes.writeUInt8(bindCode, start);
  at = bytes.writeInt32BE(length, at);
  at = bytes.writeUInt8(0, at);
  at += bytes.write(name, at);
  at = bytes.writeUInt8(0, at);
  at = bytes.writeInt16BE(0, at);
  at = bytes.writeInt16BE(values.length, at);
  for (const value of values) {
    if (value === null) at = bytes.writeInt32BE(-1, at);
    else {
      const written = bytes.write(value, at + 4);
      bytes.writeInt32BE(written, at);
      at += 4 + written;
    }
  }
  return bytes.writeInt16BE(0, at);
}
