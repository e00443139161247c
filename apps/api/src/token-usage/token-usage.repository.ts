import type { Prelude, Statement, WorkspaceDatabase } from '@calkeep/database';
import type { TokenRequestBatch } from '@calkeep/queue';
import { Injectable } from '@nestjs/common';
import { intervalMs, type UsageSpan } from './usage-span.js';

export interface AnsweredRequests {
  /** The beginning of the interval, in milliseconds since 1970. */
  readonly at: number;
  readonly succeeded: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly rateLimited: number;
}

const sums = ['succeeded', 'client_errors', 'server_errors', 'rate_limited'].map((column) => `sum(${column})::float8`);

/** `$3` is the width of an interval in seconds. A token without any use in the span has one row, of nulls. */
const answeredStatement: Statement = {
  name: 'api_token_usage',
  text: `
    select u.* from api_tokens t left join (
      select extract(epoch from date_bin(make_interval(secs => $3::float8), hour, 'epoch'))::float8 * 1000, ${sums.join(', ')}
      from api_token_usage
      where workspace_id = $1 and token_id = $2 and hour >= $4::timestamptz and hour < $5::timestamptz
      group by 1
    ) u on true
    where t.workspace_id = $1 and t.id = $2`,
};

/**
 * The batch is remembered and its counts are added, or neither is. Another transaction that is about to remember it is
 * waited for. In the order of the keys, so that two transactions never wait for each other in a circle.
 */
const addStatement: Statement = {
  name: 'add_token_usage',
  text: `
    with remembered as (
      insert into api_token_usage_batches (workspace_id, id, expires_at) values ($1, $2, $3::timestamptz)
      on conflict do nothing returning id
    )
    insert into api_token_usage as kept
      (workspace_id, token_id, hour, succeeded, client_errors, server_errors, rate_limited)
    select t.workspace_id, t.id, c.hour, c.succeeded, c."clientErrors", c."serverErrors", c."rateLimited"
    from jsonb_to_recordset($4::jsonb) as c ("tokenId" uuid, hour timestamptz,
           succeeded bigint, "clientErrors" bigint, "serverErrors" bigint, "rateLimited" bigint)
    join api_tokens t on t.workspace_id = $1 and t.id = c."tokenId"
    where exists (select from remembered)
    order by t.id, c.hour
    on conflict (workspace_id, token_id, hour) do update set
      succeeded = kept.succeeded + excluded.succeeded,
      client_errors = kept.client_errors + excluded.client_errors,
      server_errors = kept.server_errors + excluded.server_errors,
      rate_limited = kept.rate_limited + excluded.rate_limited`,
};

@Injectable()
export class TokenUsageRepository {
  /** Of the intervals in which there were any; `null` when this workspace has no such token. */
  async findAnswered(
    db: WorkspaceDatabase,
    tokenId: string,
    { interval, from, to }: UsageSpan,
  ): Promise<AnsweredRequests[] | null> {
    const seconds = intervalMs[interval] / 1000;
    const rows = await db.readSlowly(answeredStatement, tokenId, seconds, from.toISOString(), to.toISOString());
    if (rows.length === 0) return null;
    return rows.filter(([at]) => at !== null).map(toAnswered);
  }

  /**
   * Adds the counts of a batch unless they were added before. @param expiry leaves it to the upkeep to forget the batch.
   */
  async add(
    db: WorkspaceDatabase,
    { id, counts }: TokenRequestBatch,
    { expiresAt, expiry }: { expiresAt: Date; expiry: Prelude },
  ): Promise<void> {
    const write = { statement: addStatement, preludes: [expiry] };
    await db.write(write, id, expiresAt.toISOString(), JSON.stringify(counts));
  }
}

function toAnswered([at, succeeded, clientErrors, serverErrors, rateLimited]: unknown[]): AnsweredRequests {
  return {
    at: Number(at),
    succeeded: Number(succeeded),
    clientErrors: Number(clientErrors),
    serverErrors: Number(serverErrors),
    rateLimited: Number(rateLimited),
  };
}
