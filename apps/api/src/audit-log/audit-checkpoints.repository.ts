import { toPublicId, type PageQuery } from '@calkeep/contract';
import { id, instant, json, jsonObject, finishJson } from '@calkeep/database';
import type { Statement, WorkspaceDatabase, WorkspaceTransaction } from '@calkeep/database';
import type { ChainPoint, SignedCheckpoint } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import type { Page } from '../resources/resource-statements.js';

/** The end of a log that no checkpoint covers yet. */
export interface UnsignedHead extends ChainPoint {
  /** Whether the event there has the hash that the head says. */
  readonly isTrue: boolean;
}

const unsignedHeadStatement: Statement = {
  name: 'audit_unsigned_head',
  text: `
    select h.seq, h.hash, e.hash is not distinct from h.hash
    from audit_heads h left join audit_events e on e.workspace_id = $1 and e.seq = h.seq
    where h.workspace_id = $1
      and h.seq > coalesce((select max(seq) from audit_checkpoints where workspace_id = $1), 0)`,
};

const row = jsonObject({
  workspaceId: id('workspace', 'r.workspace_id'),
  seq: json('r.seq'),
  hash: json(`encode(r.hash, 'hex')`),
  createdAt: instant('r.created_at'),
  keyId: json('r.key_id'),
  // From base64, which PostgreSQL breaks into lines, to base64url without padding.
  signature: json(`translate(encode(r.signature, 'base64'), E'+/=\\n', '-_')`),
});

const pageStatement: Statement = {
  name: 'audit_checkpoints_page',
  text: `
    select coalesce(string_agg(${row}, ',' order by r.seq desc), ''),
           (select count(*) from audit_checkpoints where workspace_id = $1)
    from (select * from audit_checkpoints where workspace_id = $1 order by seq desc limit $2 offset $3) r`,
};

@Injectable()
export class AuditCheckpointsRepository {
  async findUnsignedHead(db: WorkspaceDatabase): Promise<UnsignedHead | null> {
    const [head] = await db.read(unsignedHeadStatement);
    if (!head) return null;
    const [seq, hash, isTrue] = head as [string, Buffer, boolean];
    return { seq: Number(seq), hash, isTrue };
  }

  /** The last first. */
  async findMany(db: WorkspaceDatabase, { page, limit }: PageQuery): Promise<Page> {
    const [found] = await db.readSlowly(pageStatement, limit, (page - 1) * limit);
    return { items: finishJson(String(found?.[0])), total: Number(found?.[1]) };
  }

  /** The first checkpoint of an entry is kept. @returns the one that is kept. */
  async findOrCreate(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { seq, hash, createdAt, keyId, signature }: SignedCheckpoint,
  ): Promise<SignedCheckpoint> {
    const place = { workspaceId, seq: BigInt(seq) };
    const bytes = { hash: fromText(hash, 'hex'), signature: fromText(signature, 'base64url') };
    await tx.auditCheckpoint.createMany({ data: [{ ...place, ...bytes, createdAt, keyId }], skipDuplicates: true });
    const kept = await tx.auditCheckpoint.findUniqueOrThrow({ where: { workspaceId_seq: place } });
    return {
      workspaceId: toPublicId('workspace', workspaceId),
      seq,
      hash: Buffer.from(kept.hash).toString('hex'),
      createdAt: kept.createdAt.toISOString(),
      keyId: kept.keyId,
      signature: Buffer.from(kept.signature).toString('base64url'),
    };
  }
}

function fromText(text: string, encoding: BufferEncoding): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, encoding));
}
