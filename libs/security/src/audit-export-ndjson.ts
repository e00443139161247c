import type { ChainedAuditEvent } from './audit-chain.js';
import type { SignedCheckpoint } from './audit-checkpoint.js';
import {
  readHash,
  readJson,
  readObject,
  readPayload,
  readSeq,
  readText,
  readTextOrNull,
  requireSpelling,
  type AuditExportRecord,
} from './audit-export.js';
import type { JsonObject } from './canonical-json.js';

/** One line of an NDJSON export, without its line feed. Hashes are in lower-case hex. */
export function toNdjsonLine(event: ChainedAuditEvent): string {
  const { actor, target } = event;
  return JSON.stringify({
    workspaceId: event.workspaceId,
    seq: event.seq,
    id: event.id,
    action: event.action,
    actor: { type: actor.type, id: actor.id, name: actor.name },
    target: { type: target.type, id: target.id },
    createdAt: event.createdAt,
    ip: event.ip,
    userAgent: event.userAgent,
    requestId: event.requestId,
    clientRequestId: event.clientRequestId,
    payload: event.payload,
    prevHash: toHex(event.prevHash),
    hash: toHex(event.hash),
  });
}

/** The last line of an NDJSON export, without its line feed. */
export function checkpointNdjsonLine(checkpoint: SignedCheckpoint): string {
  const { workspaceId, seq, hash, createdAt, keyId, signature } = checkpoint;
  return JSON.stringify({ checkpoint: { workspaceId, seq, hash, createdAt, keyId, signature } });
}

/** The inverse of both. @param line without its line feed. @throws AuditExportError */
export function parseNdjsonLine(line: string): AuditExportRecord {
  const members = readObject(readJson(line, 'the line'), 'the line');
  if (members['checkpoint'] === undefined) {
    const event = parseEvent(members);
    requireSpelling(line, toNdjsonLine(event));
    return { type: 'event', event };
  }
  const checkpoint = parseCheckpoint(members['checkpoint']);
  requireSpelling(line, checkpointNdjsonLine(checkpoint));
  return { type: 'checkpoint', checkpoint };
}

/** A checkpoint out of parsed JSON; further members are passed over. @throws AuditExportError */
export function parseCheckpoint(value: unknown): SignedCheckpoint {
  const members = readObject(value, 'checkpoint');
  return {
    workspaceId: readText(members['workspaceId'], 'checkpoint.workspaceId'),
    seq: readSeq(members['seq']),
    hash: toHex(readHash(members['hash'], 'checkpoint.hash')),
    createdAt: readText(members['createdAt'], 'checkpoint.createdAt'),
    keyId: readText(members['keyId'], 'checkpoint.keyId'),
    signature: readText(members['signature'], 'checkpoint.signature'),
  };
}

function parseEvent(members: JsonObject): ChainedAuditEvent {
  const text = (name: string) => readText(members[name], name);
  const textOrNull = (name: string) => readTextOrNull(members[name], name);
  return {
    workspaceId: text('workspaceId'),
    seq: readSeq(members['seq']),
    id: text('id'),
    action: text('action'),
    actor: parseActor(members['actor']),
    target: parseTarget(members['target']),
    createdAt: text('createdAt'),
    ip: textOrNull('ip'),
    userAgent: textOrNull('userAgent'),
    requestId: textOrNull('requestId'),
    clientRequestId: textOrNull('clientRequestId'),
    payload: readPayload(members['payload']),
    prevHash: readHash(members['prevHash'], 'prevHash'),
    hash: readHash(members['hash'], 'hash'),
  };
}

function parseActor(value: unknown): ChainedAuditEvent['actor'] {
  const { type, id, name } = readObject(value, 'actor');
  return {
    type: readText(type, 'actor.type'),
    id: readTextOrNull(id, 'actor.id'),
    name: readTextOrNull(name, 'actor.name'),
  };
}

function parseTarget(value: unknown): ChainedAuditEvent['target'] {
  const { type, id } = readObject(value, 'target');
  return { type: readText(type, 'target.type'), id: readTextOrNull(id, 'target.id') };
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
