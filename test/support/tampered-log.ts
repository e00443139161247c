import { randomBytes } from 'node:crypto';
import { auditCheckpointsData, type AuditEventRow } from '@calkeep/contract';
import { auditHash, CheckpointSigner, type ChainedAuditEvent } from '@calkeep/security';
import { expect } from 'vitest';
import { administerRows } from './administer-rows.js';
import type { TestWorkspace } from './builders.js';
import type { Console } from './console.js';
import { auditPathOf, readLog } from './read-log.js';

/** By a superuser who has switched the triggers off. `:ws` is the workspace. */
export async function tamper({ uuid }: { uuid: string }, sql: string): Promise<void> {
  await administerRows(`set session_replication_role = replica; ${sql.replaceAll(':ws', `'${uuid}'`)}`);
}

/** For `tamper`: changes one event. */
export function setAt(seq: number, assignment: string): string {
  return `update audit_events set ${assignment} where workspace_id = :ws and seq = ${seq}`;
}

/** For `tamper`: a bytea. */
export function hexText(bytes: Uint8Array): string {
  return `'\\x${Buffer.from(bytes).toString('hex')}'`;
}

/** From the list: to export would add to the log. */
export async function eventsOf(reader: Console, workspace: TestWorkspace): Promise<ChainedAuditEvent[]> {
  const { events } = await readLog(reader, workspace, { sort: 'seq', limit: 200 });
  return events.map((event) => toChained(workspace, event));
}

export async function eventAt(reader: Console, workspace: TestWorkspace, seq: number): Promise<ChainedAuditEvent> {
  const event = (await eventsOf(reader, workspace)).find((each) => each.seq === seq);
  return event ?? expect.fail(`no event ${seq}`);
}

/** What a forger with the whole database does: edits an event and makes everything after it fit. */
export async function rewriteFrom(reader: Console, workspace: TestWorkspace, from: number): Promise<void> {
  const events = (await eventsOf(reader, workspace)).slice(from - 1);
  let prevHash = events[0]?.prevHash ?? expect.fail('nothing to rewrite');
  const changes = events.map((event) => {
    const edited = event.seq === from ? { ...event, userAgent: 'forged' } : event;
    const hash = auditHash(prevHash, edited);
    const links = `prev_hash = ${hexText(prevHash)}, hash = ${hexText(hash)}`;
    prevHash = hash;
    return setAt(event.seq, `user_agent = '${edited.userAgent}', ${links}`);
  });
  changes.push(`update audit_heads set hash = ${hexText(prevHash)} where workspace_id = :ws`);
  await tamper(workspace, changes.join('; '));
}

/** A signature of the event at which the only checkpoint stands, under a key of the forger's own. */
export async function signedByAnother(reader: Console, workspace: TestWorkspace): Promise<Uint8Array> {
  const signer = CheckpointSigner.parse(`test:${randomBytes(32).toString('base64')}`);
  const { data } = await reader.get(auditPathOf(workspace, '/checkpoints'));
  const [stored = expect.fail('no checkpoint')] = auditCheckpointsData.parse(data).checkpoints;
  const { hash } = await eventAt(reader, workspace, stored.seq);
  return Buffer.from(signer.sign({ ...stored, hash: Buffer.from(hash).toString('hex') }).signature, 'base64url');
}

function toChained(
  { id }: TestWorkspace,
  { target, payload, prevHash, hash, ...event }: AuditEventRow,
): ChainedAuditEvent {
  return {
    ...event,
    workspaceId: id,
    target: { type: String(target.type), id: target.id },
    payload,
    prevHash: Buffer.from(prevHash, 'hex'),
    hash: Buffer.from(hash, 'hex'),
  };
}
