import type { Passage } from './tcp-proxy.js';

/**
 * The types of the messages that a client of PostgreSQL sent, in order, one letter each (PostgreSQL 18, section 54.7):
 * P Parse, B Bind, D Describe, E Execute, S Sync, Q simple query, and so on. For talk after the connection was
 * opened: the messages of its opening have no type.
 */
export function frontendMessages(passages: readonly Passage[]): string {
  return messageTypes(passages, 'server');
}

/** The same of what the server answered: Z is ReadyForQuery. */
export function backendMessages(passages: readonly Passage[]): string {
  return messageTypes(passages, 'client');
}

function messageTypes(passages: readonly Passage[], to: Passage['to']): string {
  const connections = new Map<number, Buffer[]>();
  for (const passage of passages) {
    if (passage.to !== to) continue;
    connections.set(passage.connection, [...(connections.get(passage.connection) ?? []), passage.bytes]);
  }
  return [...connections.values()].map((chunks) => typesIn(Buffer.concat(chunks))).join('');
}

/** Each message: its type in one byte, then its length in four, which count themselves. */
function typesIn(bytes: Buffer): string {
  let types = '';
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1))
    types += String.fromCharCode(bytes.readUInt8(at));
  return types;
}
