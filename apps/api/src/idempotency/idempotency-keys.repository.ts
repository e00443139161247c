import type { HeldTransaction, Prelude, Statement, Write } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

/** A key in its place, and what was sent with it. */
export interface KeyedRequest {
  /** Bare UUID: the successors of a token share its keys. */
  readonly lineageId: string;
  readonly route: string;
  readonly key: string;
  readonly requestHash: Buffer;
}

/** An answer as it is kept: the data of a success, or the JSON text of a refusal. */
export interface KeptAnswer {
  readonly status: number;
  readonly data: string;
  readonly location: string | null;
}

export type Claim =
  | { readonly is: 'fresh' | 'running' }
  | { readonly is: 'kept'; readonly requestHash: Buffer; readonly answer: KeptAnswer };

export const keptSeconds = 24 * 60 * 60;

/** To which the transaction goes back when the work refused after having written. */
const savepoint = 'idempotent_work';

/** `$2` is the lineage, `$3` the route, `$4` the key. */
const keptAnswer: Statement = {
  name: 'idempotency_kept_answer',
  text: `
    select current_setting('app.holds_idempotency_key')::boolean, k.request_hash, k.response_status, k.response_data,
      k.response_location
    from (values (1)) as one
    left join idempotency_keys k on k.workspace_id = $1 and k.lineage_id = $2 and k.route = $3 and k.key = $4
      and k.expires_at > now()`,
};

/**
 * Keys and the answers that were given for them. Whoever works under a key holds a lock of its transaction: it is gone
 * with the process, so no key is ever left taken by work that was never finished.
 */
@Injectable()
export class IdempotencyKeysRepository {
  /** Begins the transaction. The look-up comes after the lock, so it sees what the holder before committed. */
  async claim(tx: HeldTransaction, { lineageId, route, key }: KeyedRequest): Promise<Claim> {
    const write: Write = {
      statement: keptAnswer,
      // Going back to the savepoint must not let go of the lock.
      preludes: [lock(tx.workspaceId, { lineageId, route, key }), { text: `savepoint ${savepoint}` }],
    };
    const [row = []] = await tx.write(write, lineageId, route, key);
    const [isHeld, requestHash, status, data, location] = row;
    // What is kept is kept, even while somebody else is being told so.
    if (!Buffer.isBuffer(requestHash)) return { is: isHeld === true ? 'fresh' : 'running' };
    const answer = {
      status: Number(status),
      data: String(data),
      location: typeof location === 'string' ? location : null,
    };
    return { is: 'kept', requestHash, answer };
  }

  /** Undoes what the work wrote, for the end of the transaction. */
  undoing(): Prelude {
    return { text: `rollback to savepoint ${savepoint}` };
  }

  /** Keeps the answer, for the end of the transaction. A row that is there already has expired. */
  keeping(workspaceId: string, request: KeyedRequest, answer: KeptAnswer): Prelude {
    const { lineageId, route, key, requestHash } = request;
    return {
      name: 'idempotency_keep',
      text: `
        insert into idempotency_keys (workspace_id, lineage_id, route, key, request_hash, response_status, response_data,
          response_location, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => ${keptSeconds}))
        on conflict (workspace_id, lineage_id, route, key) do update set
          request_hash = excluded.request_hash, response_status = excluded.response_status,
          response_data = excluded.response_data, response_location = excluded.response_location,
          created_at = excluded.created_at, expires_at = excluded.expires_at`,
      values: [workspaceId, lineageId, route, key, requestHash, String(answer.status), answer.data, answer.location],
    };
  }
}

function lock(workspaceId: string, { lineageId, route, key }: Omit<KeyedRequest, 'requestHash'>): Prelude {
  return {
    name: 'idempotency_lock',
    text: `select set_config('app.holds_idempotency_key', pg_try_advisory_xact_lock(hashtextextended(
      concat_ws(' ', 'calkeep idempotency key', $1::text, $2::text, $3::text, $4::text), 0))::text, true)`,
    values: [workspaceId, lineageId, route, key],
  };
}
