// Invariant: the audit log of a workspace is one chain. Every append goes through here, whoever does it: the
// API in the transaction of a change, the operator's commands in theirs.

import { newUuid, toPublicId, type AuditAction, type AuditTargetType } from '@calkeep/contract';
import { auditHash, genesisHash, type AuditEvent, type JsonObject } from '@calkeep/security';

/** Who does something that the audit log tells of, and from where. */
export interface Actor {
  readonly type: 'user' | 'token' | 'operator' | 'system';
  /** Public id; `null` for the operator and the system. */
  readonly id: string | null;
  readonly name: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly clientRequestId: string | null;
}

export interface AuditEntry {
  readonly actor: Actor;
  readonly action: AuditAction;
  readonly target: { readonly type: AuditTargetType; readonly id: string | null };
  readonly payload: JsonObject;
  /** Bare UUID, for an entry that must be written once however often it is tried; without it a fresh one. */
  readonly id?: string;
  /** When it happened, if that was not now. */
  readonly at?: Date;
}

/** Runs one statement in the transaction of the change, and gives its rows as objects. */
export type RunStatement = (text: string, ...values: unknown[]) => Promise<unknown[]>;

export interface AuditAppend {
  /** Bare UUID of the workspace that the transaction is bound to. */
  readonly workspaceId: string;
  readonly entries: readonly AuditEntry[];
  readonly now: Date;
  /** When, at the latest, a signed checkpoint is to cover them. */
  readonly checkpointDueAt: Date;
}

/**
 * Appends to a workspace's audit log, in the transaction of the change it tells of: both are kept, or
 * neither. Each entry's hash covers the one before; the lock on the chain's head puts the appends of one
 * workspace in order and leaves the others alone. Entries whose id is written already are passed over.
 */
export async function appendAudit(run: RunStatement, append: AuditAppend): Promise<void> {
  const { workspaceId, entries, now, checkpointDueAt } = append;
  if (entries.length === 0) return;
  let { seq, hash } = await lockHead(run, workspaceId);
  const unwritten = await withoutWritten(run, workspaceId, entries);
  if (unwritten.length === 0) return;
  const rows = unwritten.map((entry) => {
    const id = entry.id ?? newUuid();
    const event = describe(entry, { workspaceId, seq: ++seq, id, now });
    const prevHash = hash;
    hash = auditHash(prevHash, event);
    return toRow(event, { id, prevHash, hash });
  });
  await run(appendEvents, workspaceId, JSON.stringify(rows), hash.toString('hex'), checkpointDueAt.toISOString());
}

/** One round trip: every one of them is a moment longer for which the workspace's other changes wait. */
const appendEvents = `
  with head as (
    update audit_heads set seq = seq + jsonb_array_length($2::text::jsonb), hash = decode($3::text, 'hex')
    where workspace_id = $1::uuid
  ), checkpoint as (
    insert into workspace_work (workspace_id, kind, due_at) values ($1::uuid, 'checkpoint', $4::text::timestamptz)
    on conflict (workspace_id, kind) do nothing
  )
  insert into audit_events (workspace_id, seq, id, action, actor_type, actor_id, actor_name, target_type, target_id,
    ip, user_agent, request_id, client_request_id, payload, created_at, prev_hash, hash)
  select $1::uuid, seq, id, action, actor_type, actor_id, actor_name, target_type, target_id,
    ip, user_agent, request_id, client_request_id, payload, created_at, decode(prev_hash, 'hex'), decode(hash, 'hex')
  from jsonb_to_recordset($2::text::jsonb) as event (seq bigint, id uuid, action text, actor_type text, actor_id text,
    actor_name text, target_type text, target_id text, ip inet, user_agent text, request_id text,
    client_request_id text, payload jsonb, created_at timestamptz, prev_hash text, hash text)`;

interface ChainHead {
  seq: number;
  hash: Buffer;
}

/** Locked from here to the end of the transaction; the first append of a workspace makes it. */
async function lockHead(run: RunStatement, workspaceId: string): Promise<ChainHead> {
  const genesis = genesisHash(toPublicId('workspace', workspaceId)).toString('hex');
  const [head] = (await run(
    `insert into audit_heads as head (workspace_id, seq, hash) values ($1::uuid, 0, decode($2::text, 'hex'))
     on conflict (workspace_id) do update set seq = head.seq
     returning seq::text, encode(hash, 'hex') as hash`,
    workspaceId,
    genesis,
  )) as { seq: string; hash: string }[];
  if (!head) throw new Error('the audit chain of the workspace has no head');
  return { seq: Number(head.seq), hash: Buffer.from(head.hash, 'hex') };
}

/** Asked under the lock of the head, so that of two tries at one entry the second finds the first. */
async function withoutWritten(run: RunStatement, workspaceId: string, entries: readonly AuditEntry[]) {
  const ids = entries.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return entries;
  const events = (await run(
    `select id::text from audit_events where workspace_id = $1::uuid
     and id in (select value::uuid from jsonb_array_elements_text($2::text::jsonb))`,
    workspaceId,
    JSON.stringify(ids),
  )) as { id: string }[];
  const written = new Set(events.map((event) => event.id));
  return entries.filter(({ id }) => id === undefined || !written.has(id));
}

function describe(
  { actor, action, target, payload, at }: AuditEntry,
  { workspaceId, seq, id, now }: { workspaceId: string; seq: number; id: string; now: Date },
): AuditEvent {
  return {
    workspaceId: toPublicId('workspace', workspaceId),
    seq,
    id: toPublicId('auditEvent', id),
    action,
    actor: { type: actor.type, id: actor.id, name: actor.name },
    target: { type: target.type, id: target.id },
    createdAt: (at ?? now).toISOString(),
    ip: actor.ip,
    userAgent: actor.userAgent,
    requestId: actor.requestId,
    clientRequestId: actor.clientRequestId,
    payload,
  };
}

function toRow(event: AuditEvent, { id, prevHash, hash }: { id: string; prevHash: Buffer; hash: Buffer }) {
  const { seq, action, actor, target, createdAt, ip, userAgent, requestId, clientRequestId, payload } = event;
  return {
    seq,
    id,
    action,
    actor_type: actor.type,
    actor_id: actor.id,
    actor_name: actor.name,
    target_type: target.type,
    target_id: target.id,
    ip,
    user_agent: userAgent,
    request_id: requestId,
    client_request_id: clientRequestId,
    payload,
    created_at: createdAt,
    prev_hash: prevHash.toString('hex'),
    hash: hash.toString('hex'),
  };
}
