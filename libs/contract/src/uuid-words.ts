/** A UUID as four numbers of 32 bits, the most significant first. */
export type UuidWords = [number, number, number, number];

const pool = new Uint32Array(512);
let poolUsed = pool.length;
let lastMs = 0;
let counter = 0;

/**
 * A fresh UUIDv7 (RFC 9562, section 5.7). Those of one process ascend even within a millisecond: the 12 bits behind the time begin
 * at random in their lower half and count (section 6.2, method 1). 62 bits are random in each.
 */
export function newWords(): UuidWords {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = random() & 0x7ff;
  } else if (++counter > 0xfff) {
    // Ahead of the clock rather than behind the id before.
    lastMs++;
    counter = 0;
  }
  const [high, low] = [Math.floor(lastMs / 65_536), lastMs % 65_536];
  return [high, (low << 16) | 0x7000 | counter, 0x80000000 | (random() & 0x3fffffff), random()];
}

/** 32 bits; the system is asked for many at once. */
function random(): number {
  if (poolUsed === pool.length) {
    globalThis.crypto.getRandomValues(pool);
    poolUsed = 0;
  }
  return pool[poolUsed++] ?? 0;
}
