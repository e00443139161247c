import { Database, type GlobalTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable, Logger } from '@nestjs/common';
import { Attempts, type AttemptLimit } from '../attempts/attempts.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import { secondFactorLimits } from '../auth/attempt-limits.js';
import { SessionsService, type ProvenTicket } from '../sessions/sessions.service.js';
import { entryOfFailure, entryOfSuccess, type ProofAttempt } from './proof-entries.js';

/** The session's new cookie, and what the proof used up or brought about. */
export interface Proven<Used> {
  readonly ticket: ProvenTicket;
  readonly used: Used;
}

/**
 * Invariant: whatever can be guessed is taken from the limits before it is looked at, and what works once is spent in
 * the transaction that makes the session worth more, so that a spent one and a better session are the same fact.
 */
@Injectable()
export class FactorProofs {
  readonly #logger = new Logger(FactorProofs.name);

  constructor(
    private readonly database: Database,
    private readonly attempts: Attempts,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /** Comes before anything that depends on what was sent. @throws AppError `rate_limited` */
  begin(attempt: ProofAttempt): Promise<void> {
    return this.attempts.take(limitsOf(attempt));
  }

  /**
   * Completes the sign-in, or steps the session up. A refusal is told in the audit log.
   * @param use decides, in the transaction; `null` refuses, and must have changed nothing.
   * @throws AppError `invalid_code`
   */
  async complete<Used>(
    attempt: ProofAttempt,
    use: (tx: GlobalTransaction) => Promise<Used | null>,
  ): Promise<Proven<Used>> {
    const { session } = attempt.person;
    const proven = await this.database.transaction(async (tx) => {
      const used = await use(tx);
      if (used === null) {
        // Thrown in here, the refusal would undo what the log is told of it.
        await this.audit.appendForUser(tx, session.user.id, entryOfFailure(attempt));
        return null;
      }
      const ticket = await this.sessions.prove(tx, session, attempt.proof);
      const entry = entryOfSuccess(attempt);
      if (entry) await this.audit.appendForUser(tx, session.user.id, entry);
      return { ticket, used };
    });
    if (!proven) throw new AppError('invalid_code');
    await this.#forgetAttempts(attempt);
    return proven;
  }

  /** The proof is spent and the session has another secret by now: whatever fails from here on, the person must get it. */
  async #forgetAttempts(attempt: ProofAttempt): Promise<void> {
    try {
      await this.attempts.reset(limitsOf(attempt));
    } catch (error) {
      this.#logger.warn(`attempts before a right one still count: ${String(error)}`);
    }
  }
}

function limitsOf({ person: { session, caller }, proof }: ProofAttempt): readonly AttemptLimit[] {
  return secondFactorLimits(proof.kind === 'mfa' ? proof.method : 'recovery', session.user.id, caller.address);
}
