import { toPublicId } from '@calkeep/contract';
import { instantText, type Statement, type WorkspaceDatabase } from '@calkeep/database';
import type { ChainedAuditEvent, ChainPoint, JsonObject, SignedCheckpoint } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { isRetained } from './audit-events.repository.js';

/** An event as it is stored, with the checkpoint that was signed of it, if one was. */
export interface ChainRow {
  readonly event: ChainedAuditEvent;
  readonly checkpoint: SignedCheckpoint | null;
}

/** Both included. */
export interface SeqRange {
  readonly first: number;
  readonly last: number;
}

/** Where the log ends, by two accounts of one moment. */
export interface ChainEnds {
  /** `null` for a log to which nothing was ever appended. */
  readonly head: ChainPoint | null;
  /** Of the last event; 0 without one. */
  readonly lastSeq: number;
}

/** Few enough for a batch to be hashed, or encoded, without keeping other requests waiting: about 10 ms. */
const batchRows = 500;
/** Below every number that a row can have, the forged ones included. */
const beforeAll = '-9223372036854775808';

const batchStatement: Statement = {
  name: 'audit_chain_batch',
  text: `
    select r.seq, r.id, r.action, r.actor_type, r.actor_id, r.actor_name, r.target_type, r.target_id,
           ${instantText('r.created_at')}, r.ip, r.user_agent, r.request_id, r.client_request_id, r.payload,
           r.prev_hash, r.hash, c.hash, ${instantText('c.created_at')}, c.key_id, c.signature
    from audit_events r
    left join audit_checkpoints c on c.workspace_id = $1 and c.seq = r.seq
    where r.workspace_id = $1 and r.seq > $2 and r.seq <= $3
    order by r.seq limit ${batchRows}`,
};

const endsStatement: Statement = {
  name: 'audit_chain_ends',
  text: `
    select h.seq, h.hash, coalesce((select max(seq) from audit_events where workspace_id = $1), 0)
    from (select $1::uuid as id) w left join audit_heads h on h.workspace_id = $1`,
};

/** More of them would say no more. */
const strayStatement: Statement = {
  name: 'audit_stray_checkpoints',
  text: `
    select c.seq, c.hash, ${instantText('c.created_at')}, c.key_id, c.signature from audit_checkpoints c
    where c.workspace_id = $1
      and not exists (select from audit_events r where r.workspace_id = $1 and r.seq = c.seq)
    order by c.seq desc limit 100`,
};

const rangeStatement: Statement = {
  name: 'audit_chain_range',
  text: `
    select min(r.seq), max(r.seq) from audit_events r
    where r.workspace_id = $1 and ${isRetained} and r.seq <= $2
      and r.created_at >= coalesce($3::timestamptz, '-infinity') and r.created_at < coalesce($4::timestamptz, 'infinity')`,
};

const seqStatement: Statement = {
  name: 'audit_event_seq',
  text: 'select r.seq from audit_events r where r.workspace_id = $1 and r.id = $2',
};

/** The log as the chain that it is, whatever the plan lets people read. */
@Injectable()
export class AuditChainRepository {
  async findEnds(db: WorkspaceDatabase): Promise<ChainEnds> {
    const [ends = []] = await db.read(endsStatement);
    const [headSeq, hash, lastSeq] = ends as [string | null, Buffer, string];
    return { head: headSeq === null ? null : { seq: Number(headSeq), hash }, lastSeq: Number(lastSeq) };
  }

  /** Checkpoints of events that are not there, the last first. */
  async findStrayCheckpoints(db: WorkspaceDatabase): Promise<SignedCheckpoint[]> {
    const workspaceId = toPublicId('workspace', db.workspaceId);
    const rows = await db.readSlowly(strayStatement);
    return rows.map(([seq, ...columns]) => toCheckpoint({ workspaceId, seq: Number(seq) }, columns));
  }

  /**
   * The shortest piece of the chain, up to `last`, that holds every event in these times which the plan lets people read.
   * Events are written in the order of their numbers, and now and then one a moment after it happened: so one just outside
   * of the times may stand in between.
   * @returns `null` if there is none.
   */
  async findRange(
    db: WorkspaceDatabase,
    { last, from, to }: { last: number; from: string | null; to: string | null },
  ): Promise<SeqRange | null> {
    const [range = []] = await db.readSlowly(rangeStatement, last, from, to);
    return range[0] === null ? null : { first: Number(range[0]), last: Number(range[1]) };
  }

  /** @param id bare UUID of an event that is there. */
  async getSeq(db: WorkspaceDatabase, id: string): Promise<number> {
    const [row] = await db.read(seqStatement, id);
    if (!row) throw new Error('an audit event that was written is not there');
    return Number(row[0]);
  }

  /**
   * Every row up to `last`, in ascending order, in batches; from the very first, wherever its number puts it, if `first` is
   * left out. No connection is held between two batches.
   */
  async *walk(db: WorkspaceDatabase, { first, last }: { first?: number; last: number }): AsyncGenerator<ChainRow[]> {
    const workspaceId = toPublicId('workspace', db.workspaceId);
    let after = first === undefined ? beforeAll : String(first - 1);
    for (;;) {
      const rows = (await db.readSlowly(batchStatement, after, last)) as StoredRow[];
      const end = rows.at(-1);
      if (!end) return;
      yield rows.map((row) => toChainRow(workspaceId, row));
      after = end[0];
    }
  }
}

/** The columns of `batchStatement`; those of the checkpoint are null where there is none. */
type StoredRow = [
  seq: string,
  id: string,
  action: string,
  actorType: string,
  actorId: string | null,
  actorName: string | null,
  targetType: string,
  targetId: string | null,
  createdAt: string,
  ip: string | null,
  userAgent: string | null,
  requestId: string | null,
  clientRequestId: string | null,
  payload: JsonObject,
  prevHash: Buffer,
  hash: Buffer,
  ...checkpoint: [hash: Buffer, createdAt: string, keyId: string, signature: Buffer] | [null, null, null, null],
];

/** Column by column: a million rows go through here, and to take them apart by patterns took longer than to hash them. */
function toChainRow(workspaceId: string, row: StoredRow): ChainRow {
  const event: ChainedAuditEvent = {
    workspaceId,
    seq: Number(row[0]),
    id: toPublicId('auditEvent', row[1]),
    action: row[2],
    actor: { type: row[3], id: row[4], name: row[5] },
    target: { type: row[6], id: row[7] },
    createdAt: row[8],
    ip: row[9],
    userAgent: row[10],
    requestId: row[11],
    clientRequestId: row[12],
    payload: row[13],
    prevHash: row[14],
    hash: row[15],
  };
  return { event, checkpoint: row[16] === null ? null : toCheckpoint(event, row.slice(16)) };
}

function toCheckpoint(
  { workspaceId, seq }: Pick<SignedCheckpoint, 'workspaceId' | 'seq'>,
  columns: unknown[],
): SignedCheckpoint {
  const [hash, createdAt, keyId, signature] = columns as [Buffer, string, string, Buffer];
  const point = { workspaceId, seq, hash: hash.toString('hex'), createdAt };
  return { ...point, keyId, signature: signature.toString('base64url') };
}
