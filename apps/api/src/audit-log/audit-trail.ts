import { newUuid, toPublicId } from '@calkeep/contract';
import type { WorkspaceTransaction } from '@calkeep/database';
import type { Clock } from '@calkeep/platform';
import { auditHash, genesisHash, type AuditEvent, type JsonObject } from '@calkeep/security';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../platform/tokens.js';
import type { Actor } from './actor.js';

export interface AuditEntry {
  readonly actor: Actor;
  readonly action: 'API_TOKEN_ISSUED' | 'API_TOKEN_REVOKED' | 'API_TOKEN_USED';
  readonly target: { readonly type: 'api_token'; readonly id: string };
  readonly payload: JsonObject;
  /** Bare UUID, for an entry that must be written once however often it is tried; without it a fresh one. */
  readonly id?: string;
  /** When it happened, if that was not now. */
  readonly at?: Date;
}

interface ChainHead {
  seq: bigint;
  hash: Uint8Array;
}

/**
 * Appends to a workspace's audit log, in the transaction of the change it tells of: both are kept, or
 * neither. Each entry's hash covers the one before; the lock on the chain's head puts the appends of one
 * workspace in order and leaves the others alone.
 */
@Injectable()
export class AuditTrail {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** @param workspaceId bare UUID of the workspace that the transaction is bound to. */
  async append(tx: WorkspaceTransaction, workspaceId: string, entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    let { seq, hash } = await lockHead(tx, workspaceId);
    const unwritten = await withoutWritten(tx, workspaceId, entries);
    if (unwritten.length === 0) return;
    const rows = unwritten.map((entry) => {
      const id = entry.id ?? newUuid();
      const event = this.#describe(entry, { workspaceId, seq: Number(++seq), id });
      const prevHash = hash;
      hash = auditHash(prevHash, event);
      return {
        ...toRow(event),
        workspaceId,
        id,
        seq,
        payload: entry.payload,
        prevHash: bytes(prevHash),
        hash: bytes(hash),
      };
    });
    await tx.auditEvent.createMany({ data: rows });
    await tx.auditHead.update({ where: { workspaceId }, data: { seq, hash: bytes(hash) } });
  }

  #describe(entry: AuditEntry, { workspaceId, seq, id }: { workspaceId: string; seq: number; id: string }): AuditEvent {
    const { actor, action, target, payload, at } = entry;
    return {
      workspaceId: toPublicId('workspace', workspaceId),
      seq,
      id: toPublicId('auditEvent', id),
      action,
      actor: { type: actor.type, id: actor.id, name: actor.name },
      target,
      createdAt: (at ?? new Date(this.clock.now())).toISOString(),
      ip: actor.ip,
      userAgent: actor.userAgent,
      requestId: actor.requestId,
      clientRequestId: actor.clientRequestId,
      payload,
    };
  }
}

function toRow({ action, actor, target, createdAt, ip, userAgent, requestId, clientRequestId }: AuditEvent) {
  return {
    action,
    actorType: actor.type,
    actorId: actor.id,
    actorName: actor.name,
    targetType: target.type,
    targetId: target.id,
    createdAt,
    ip,
    userAgent,
    requestId,
    clientRequestId,
  };
}

async function lockHead(tx: WorkspaceTransaction, workspaceId: string): Promise<ChainHead> {
  const genesis = genesisHash(toPublicId('workspace', workspaceId));
  await tx.$executeRaw`
    insert into audit_heads (workspace_id, seq, hash) values (${workspaceId}::uuid, 0, ${genesis})
    on conflict (workspace_id) do nothing`;
  const [head] = await tx.$queryRaw<ChainHead[]>`
    select seq, hash from audit_heads where workspace_id = ${workspaceId}::uuid for update`;
  if (!head) throw new Error('the audit chain of the workspace has no head');
  return head;
}

/** Asked under the lock of the head, so that of two tries at one entry the second finds the first. */
async function withoutWritten(tx: WorkspaceTransaction, workspaceId: string, entries: readonly AuditEntry[]) {
  const ids = entries.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return entries;
  const events = await tx.auditEvent.findMany({ where: { workspaceId, id: { in: ids } }, select: { id: true } });
  const written = new Set(events.map((event) => event.id));
  return entries.filter(({ id }) => id === undefined || !written.has(id));
}

/** As Prisma wants bytes: on memory of their own. */
function bytes(hash: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hash);
}
