import type { GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { requireRecentMfa } from '../http/admit-session.js';
import type { PersonCaller } from '../http/current-session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { FactorProofs, type Proven } from './factor-proofs.js';
import type { Factor } from './factor.js';
import type { ProofAttempt } from './proof-entries.js';
import { RecoveryCodes } from './recovery-codes.js';
import { methodsOf, SecondFactorsRepository, type SecondFactors } from './second-factors.repository.js';

/** Who sets up what. */
export interface SetupRequest {
  readonly person: PersonCaller;
  readonly factor: Factor;
}

export interface SetupResult<Added> {
  readonly added: Added;
  /** Told this once; `null` when the person has unused ones of before. */
  readonly recoveryCodes: string[] | null;
}

/** The last step of setting up a factor: its first proof, which counts as a recent one of this session. */
@Injectable()
export class FactorSetup {
  constructor(
    private readonly proofs: FactorProofs,
    private readonly factors: SecondFactorsRepository,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly sessions: SessionsService,
  ) {}

  /** Comes before anything that depends on what was sent. @throws AppError `rate_limited` */
  begin(request: SetupRequest): Promise<void> {
    return this.proofs.begin(attemptOf(request));
  }

  /**
   * @param add `null` for a proof that is wrong.
   * @throws AppError `invalid_code`; `mfa_required` if the person has got a factor since the request was let in.
   */
  complete<Added>(
    request: SetupRequest,
    add: (tx: GlobalTransaction, factors: SecondFactors) => Promise<Added | null>,
  ): Promise<Proven<SetupResult<Added>>> {
    const { session } = request.person;
    return this.proofs.complete(attemptOf(request), async (tx) => {
      const factors = await this.factors.lock(tx, session.user.id);
      requireRecentMfa({ ...session, mfaMethods: methodsOf(factors) }, 'if-enrolled');
      const added = await add(tx, factors);
      if (added === null) return null;
      // Of a factor that this one takes the place of.
      await this.sessions.forgetProofs(tx, session.user.id, request.factor);
      if (methodsOf(factors).length === 0) await this.sessions.askOthersForProof(tx, session);
      const needsCodes = factors.unusedRecoveryCodes === 0;
      return { added, recoveryCodes: needsCodes ? await this.recoveryCodes.issue(tx, session.user.id) : null };
    });
  }
}

function attemptOf({ person, factor }: SetupRequest): ProofAttempt {
  return { person, proof: { kind: 'mfa', ...factor }, stage: 'enrolment' };
}
