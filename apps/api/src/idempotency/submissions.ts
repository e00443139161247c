import type { ErrorCode } from '@calkeep/contract';
import { Database, type WorkspaceWriter } from '@calkeep/database';
import { AppError, type AppErrorOptions } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { Answer } from '../http/answer.js';
import { jsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { Upkeep } from '../upkeep/upkeep.js';
import type { Submission } from './current-submission.js';
import { IdempotencyKeysRepository, keptSeconds, type KeptAnswer } from './idempotency-keys.repository.js';

/** Writes through `db` alone, and may run again from its beginning. */
export type SubmittedWork = (db: WorkspaceWriter) => Promise<Answer>;

const replayed = { 'Idempotency-Replayed': 'true' };

/**
 * HOW EVERY POST OF THE PUBLIC API IS DONE: under an `Idempotency-Key`, once. The key, the work and the answer that is
 * kept for 24 hours are one transaction: all of it is there or none, whenever a process dies. Successes and refusals
 * (4xx) are kept; what failed on our side is not, and a retry does it again.
 */
@Injectable()
export class Submissions {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeysRepository,
    private readonly upkeep: Upkeep,
  ) {}

  /**
   * Without a key each write of the work is committed on its own.
   * @throws AppError what the work refuses, `idempotency_in_progress`, `idempotency_key_reused`.
   */
  run(principal: Principal, { keyed }: Submission, work: SubmittedWork): Promise<Answer> {
    const db = this.database.forWorkspace(principal.workspaceId);
    if (keyed === null) return work(db);
    const request = { ...keyed, lineageId: principal.subject.lineageId };
    return db.hold(async (tx) => {
      const claim = await this.keys.claim(tx, request);
      if (claim.is === 'running') throw inProgress();
      if (claim.is === 'kept') return again(claim.answer, claim.requestHash.equals(request.requestHash));
      const outcome = await outcomeOf(work(tx));
      await tx.commit([
        ...(outcome instanceof AppError ? [this.keys.undoing()] : []),
        this.keys.keeping(tx.workspaceId, request, toKeep(outcome)),
        this.upkeep.asking(tx.workspaceId, 'retention', keptSeconds),
      ]);
      if (outcome instanceof AppError) throw outcome;
      return outcome;
    });
  }
}

/** A refusal is an outcome as well; any other failure is none. */
async function outcomeOf(work: Promise<Answer>): Promise<Answer | AppError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.status >= 400 && error.status < 500) return error;
    throw error;
  }
}

interface KeptRefusal {
  code: ErrorCode;
  message: string;
  details: AppErrorOptions['details'];
}

function toKeep(outcome: Answer | AppError): KeptAnswer {
  const { status } = outcome;
  if (outcome instanceof Answer) return { status, data: outcome.data, location: outcome.headers['Location'] ?? null };
  const { code, message, details } = outcome;
  return { status, data: JSON.stringify({ code, message, details } satisfies KeptRefusal), location: null };
}

function again({ status, data, location }: KeptAnswer, isSameRequest: boolean): Answer {
  if (!isSameRequest) throw new AppError('idempotency_key_reused');
  if (status < 400)
    return new Answer(status, jsonText(data), { ...replayed, ...(location !== null && { Location: location }) });
  const { code, message, details } = JSON.parse(data) as KeptRefusal;
  throw new AppError(code, { message, ...(details && { details }), headers: replayed });
}

function inProgress(): AppError {
  return new AppError('idempotency_in_progress', { headers: { 'Retry-After': '1' } });
}
