/**
 * The export of an audit log: its events in ascending `seq`, without a gap, then the checkpoint of the last one. It
 * verifies without the database. Where no event is exported there is no checkpoint either.
 *
 * Invariant: every event has one spelling in each format, and no other text is read as that event. So nothing stands in
 * an export that verifies which its hashes do not cover: no repeated member, no further column, no second meaning.
 */
import type { ChainedAuditEvent } from './audit-chain.js';
import type { SignedCheckpoint } from './audit-checkpoint.js';
import type { JsonObject } from './canonical-json.js';

/** What one record of an export says. */
export type AuditExportRecord =
  | { readonly type: 'event'; readonly event: ChainedAuditEvent }
  | { readonly type: 'checkpoint'; readonly checkpoint: SignedCheckpoint };

/** The text is no record of an export. The message names what is wrong with it and holds nothing of it. */
export class AuditExportError extends Error {
  override readonly name = 'AuditExportError';
}

/** Twice what the API takes in; whatever walks a payload does so by recursion. */
const depthMax = 64;

/** @throws AuditExportError */
export function readText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new AuditExportError(`${name} is missing or not a text`);
  if (!value.isWellFormed()) throw new AuditExportError(`${name} is not well-formed Unicode`);
  return value;
}

/** @throws AuditExportError */
export function readTextOrNull(value: unknown, name: string): string | null {
  return value === null ? null : readText(value, name);
}

/** From 0: only a checkpoint may have 0, that of a log that is still empty. @throws AuditExportError */
export function readSeq(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new AuditExportError('seq is missing or not a whole number');
}

/** @throws AuditExportError */
export function readHash(value: unknown, name: string): Buffer {
  const isHash = typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
  if (!isHash) throw new AuditExportError(`${name} is missing or not 64 digits of lower-case hex`);
  return Buffer.from(value, 'hex');
}

/** The value of a JSON text. @throws AuditExportError */
export function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AuditExportError(`${name} is not JSON, or was cut off`, { cause });
  }
}

/** @param value as JSON.parse made it. @throws AuditExportError */
export function readObject(value: unknown, name: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new AuditExportError(`${name} is missing or not a JSON object`);
}

/** An object that has a canonical form. @throws AuditExportError */
export function readPayload(value: unknown): JsonObject {
  const payload = readObject(value, 'payload');
  refuseUnhashable(payload, depthMax);
  return payload;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseUnhashable(value: unknown, depthLeft: number): void {
  if (typeof value === 'string') return void readText(value, 'a text in payload');
  if (typeof value !== 'object' || value === null) return;
  if (depthLeft === 0) throw new AuditExportError(`payload is nested deeper than ${depthMax}`);
  for (const [member, each] of Object.entries(value)) {
    readText(member, 'a name in payload');
    refuseUnhashable(each, depthLeft - 1);
  }
}

/** @throws AuditExportError when the text is not the spelling that an export writes */
export function requireSpelling(text: string, expected: string): void {
  if (text === expected) return;
  throw new AuditExportError(
    'not spelt as an export spells it: something was added, repeated, reordered or reformatted',
  );
}
