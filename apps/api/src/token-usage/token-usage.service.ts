import type { TokenUsageQuery, TokenUsageReport } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError, type Clock } from '@calkeep/platform';
import { UnrecoverableError, type TokenRequestBatch } from '@calkeep/queue';
import { Inject, Injectable } from '@nestjs/common';
import type { WorkspaceCaller } from '../http/current-session.js';
import { CLOCK } from '../platform/tokens.js';
import { uuidFromPath } from '../resources/found.js';
import { Upkeep } from '../upkeep/upkeep.js';
import { TokenUsageRepository, type AnsweredRequests } from './token-usage.repository.js';
import { intervalMs, spanOf, type UsageSpan } from './usage-span.js';

/** An applied batch is remembered for a day. One that comes later than this is not applied: it may have been. */
const batchKeptMs = 24 * 3_600_000;
const batchLateMs = 23 * 3_600_000;

/** How often each token was used, hour by hour, and how that was answered. */
@Injectable()
export class TokenUsageService {
  constructor(
    private readonly database: Database,
    private readonly usage: TokenUsageRepository,
    private readonly upkeep: Upkeep,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws AppError `not_found`, and `invalid_request` for a span that is none. */
  async get({ membership }: WorkspaceCaller, id: string, query: TokenUsageQuery): Promise<TokenUsageReport> {
    const db = this.database.forWorkspace(membership.workspaceId);
    const span = spanOf(query, new Date(this.clock.now()));
    const answered = await this.usage.findAnswered(db, uuidFromPath('apiToken', id), span);
    if (answered === null) throw new AppError('not_found');
    return report(span, answered);
  }

  /** Adds a batch of counts, once, however often its job runs. Tokens that are no longer there are passed over. */
  async record(batch: TokenRequestBatch): Promise<void> {
    const countedAtMs = Date.parse(batch.countedAt);
    if (this.clock.now() - countedAtMs > batchLateMs) throw new UnrecoverableError('counts of requests came too late');
    const { workspaceId } = batch;
    const expiresAt = new Date(countedAtMs + batchKeptMs);
    const expiry = this.upkeep.asking(
      workspaceId,
      'retention',
      Math.ceil((expiresAt.getTime() - this.clock.now()) / 1000),
    );
    await this.usage.add(this.database.forWorkspace(workspaceId), batch, { expiresAt, expiry });
  }
}

type Counts = TokenUsageReport['totals'];

const none: Counts = { requests: 0, succeeded: 0, clientErrors: 0, serverErrors: 0, rateLimited: 0 };

function report({ interval, from, to }: UsageSpan, answered: readonly AnsweredRequests[]): TokenUsageReport {
  const found = new Map(answered.map(({ at, ...counts }) => [at, counts]));
  const buckets: TokenUsageReport['buckets'] = [];
  for (let at = from.getTime(); at < to.getTime(); at += intervalMs[interval])
    buckets.push({ at: new Date(at).toISOString(), ...counted(found.get(at)) });
  const totals = buckets.reduce(added, none);
  return { interval, from: from.toISOString(), to: to.toISOString(), totals, buckets };
}

function counted(answered: Omit<AnsweredRequests, 'at'> | undefined): Counts {
  if (!answered) return none;
  const { succeeded, clientErrors, serverErrors } = answered;
  return { requests: succeeded + clientErrors + serverErrors, ...answered };
}

function added(sum: Counts, one: Counts): Counts {
  return {
    requests: sum.requests + one.requests,
    succeeded: sum.succeeded + one.succeeded,
    clientErrors: sum.clientErrors + one.clientErrors,
    serverErrors: sum.serverErrors + one.serverErrors,
    rateLimited: sum.rateLimited + one.rateLimited,
  };
}
