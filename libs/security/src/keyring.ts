import { createSecretKey, type KeyObject } from 'node:crypto';

export interface KeyringEntry {
  readonly id: string;
  readonly key: KeyObject;
}

/** What a kind of key must be. */
export interface KeyRequirement {
  /** What the key is called in error messages, e.g. `pepper`. */
  readonly name: string;
  readonly bytesMin: number;
  readonly bytesMax: number;
}

/** Keys of one purpose, never empty: the current one, and every one including it, in the order of the configuration. */
export interface Keyring {
  readonly current: KeyringEntry;
  readonly entries: readonly KeyringEntry[];
}

/** The configured text is no keyring. The message names an entry by its position only, so that no part of a key can be in it. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

const idPattern = /^[A-Za-z0-9._-]{1,32}$/;

/**
 * Reads `2026a:<base64>,2025b:<base64>`: the first key is current, the others still open what they once closed.
 * Base64 is the standard alphabet with padding (RFC 4648 section 4), as `openssl rand -base64 32` prints it.
 * @throws KeyringError
 */
export function parseKeyring(text: string, requirement: KeyRequirement): Keyring {
  const entries = text
    .split(',')
    .map((part, index) => parseEntry(part.trim(), `${requirement.name} ${index + 1}`, requirement));
  refuseDuplicates(entries, requirement.name);
  const [current] = entries;
  if (!current) throw new KeyringError(`no ${requirement.name} given`);
  return { current, entries };
}

function parseEntry(text: string, label: string, { bytesMin, bytesMax }: KeyRequirement): KeyringEntry {
  const colon = text.indexOf(':');
  if (colon < 0) throw new KeyringError(`${label}: expected <id>:<base64>`);
  const id = text.slice(0, colon);
  if (!idPattern.test(id)) {
    throw new KeyringError(`${label}: the id must be 1 to 32 letters, digits, dots, underscores or hyphens`);
  }
  const encoded = text.slice(colon + 1);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) throw new KeyringError(`${label}: the key is not standard, padded base64`);
  if (bytes.length < bytesMin || bytes.length > bytesMax) {
    const wanted = bytesMin === bytesMax ? `${bytesMin}` : `${bytesMin} to ${bytesMax}`;
    throw new KeyringError(`${label}: the key has ${bytes.length} bytes, expected ${wanted}`);
  }
  return { id, key: createSecretKey(bytes) };
}

/** The same key under two ids is refused as well: it would be a rotation that changed nothing. */
function refuseDuplicates(entries: readonly KeyringEntry[], name: string): void {
  for (const [index, entry] of entries.entries()) {
    const first = entries.findIndex(({ id, key }) => id === entry.id || key.equals(entry.key));
    if (first !== index)
      throw new KeyringError(`${name} ${index + 1} repeats the id or the key of ${name} ${first + 1}`);
  }
}
