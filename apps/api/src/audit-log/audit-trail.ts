import { newUuid, toPublicId } from '@calkeep/contract';
import type { WorkspaceTransaction } from '@calkeep/database';
import type { Clock } from '@calkeep/platform';
import { auditHash, genesisHash, type AuditEvent, type JsonObject } from '@calkeep/security';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../platform/tokens.js';
import type { Actor } from './actor.js';

export interface AuditEntry {
  readonly action: 'API_TOKEN_ISSUED' | 'API_TOKEN_REVOKED';
  readonly target: { readonly type: 'api_token'; readonly id: string };
  readonly payload: JsonObject;
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

  async append(tx: WorkspaceTransaction, actor: Actor, entry: AuditEntry): Promise<void> {
    const { workspaceId } = actor;
    const head = await lockHead(tx, workspaceId);
    const seq = Number(head.seq) + 1;
    const id = newUuid();
    const event = this.#describe(actor, entry, { seq, id });
    const hash = auditHash(head.hash, event);
    await tx.auditEvent.create({
      data: {
        workspaceId,
        seq: BigInt(seq),
        id,
        action: event.action,
        actorType: event.actor.type,
        actorId: event.actor.id,
        actorName: event.actor.name,
        targetType: event.target.type,
        targetId: event.target.id,
        ip: event.ip,
        userAgent: event.userAgent,
        requestId: event.requestId,
        clientRequestId: event.clientRequestId,
        payload: entry.payload,
        createdAt: event.createdAt,
        prevHash: Uint8Array.from(head.hash),
        hash: Uint8Array.from(hash),
      },
    });
    await tx.auditHead.update({ where: { workspaceId }, data: { seq: BigInt(seq), hash: Uint8Array.from(hash) } });
  }

  #describe(actor: Actor, entry: AuditEntry, { seq, id }: { seq: number; id: string }): AuditEvent {
    return {
      workspaceId: toPublicId('workspace', actor.workspaceId),
      seq,
      id: toPublicId('auditEvent', id),
      action: entry.action,
      actor: { type: actor.type, id: actor.id, name: actor.name },
      target: entry.target,
      createdAt: new Date(this.clock.now()).toISOString(),
      ip: actor.ip,
      userAgent: actor.userAgent,
      requestId: actor.requestId,
      clientRequestId: actor.clientRequestId,
      payload: entry.payload,
    };
  }
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
