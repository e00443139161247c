import { randomFillSync } from 'node:crypto';

export type UuidSource = (atMs: number) => string;

const poolBytes = 8_192;
const randomBytesEach = 8;
const sequenceMax = 0xfff;

/**
 * UUIDv7s (RFC 9562 section 5.7) for given instants, milliseconds since the Unix epoch. Asked in order of time, each id
 * sorts after the one before: within a millisecond the 12 bits after the version count up (section 6.2, method 1), and
 * when they are used up the time of the id runs ahead.
 */
export function createUuidSource(): UuidSource {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  let lastMs = -1;
  let sequence = 0;
  return (atMs) => {
    if (atMs > lastMs) {
      lastMs = atMs;
      sequence = 0;
    } else if (++sequence > sequenceMax) {
      lastMs += 1;
      sequence = 0;
    }
    if (used + randomBytesEach > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    const random = pool.toString('hex', used, used + randomBytesEach);
    used += randomBytesEach;
    const variant = (8 | (parseInt(random.charAt(0), 16) & 3)).toString(16);
    return (
      `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-` +
      `${variant}${random.slice(1, 4)}-${random.slice(4)}`
    );
  };
}
