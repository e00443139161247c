import { toPublicId, type AuditAction } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError, unavailable } from '@calkeep/platform';
import { OverloadedError, PasswordHasher, Semaphore } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { Attempts, type AttemptLimit } from '../attempts/attempts.js';
import type { Actor } from '../audit-log/actor.js';
import { addressBlock, inetOf } from '../http/caller-address.js';
import { passwordLimits } from './attempt-limits.js';
import { LateAudit } from './late-audit.js';
import { UsersRepository, type UserWithPassword } from './users.repository.js';

export interface PasswordAttempt {
  readonly email: string;
  readonly password: string;
  /** Where the request comes from. */
  readonly address: string;
  /** What the audit log is told if it is wrong. */
  readonly failure: { readonly action: AuditAction; readonly actor: Actor };
}

/** As long as a full line of waiting hashes takes. */
const busySeconds = 3;

/** A flood at one account or from one address queues for its bucket here, and not on every connection to the database. */
const admittedAtOnceMax = 3;
const waitingMax = 10_000;

/**
 * Invariants: an unknown e-mail address and a wrong password cost the same work and get the same answer; no more
 * passwords are tried than the limits allow.
 */
@Injectable()
export class PasswordsService {
  readonly #line = new Semaphore(admittedAtOnceMax, waitingMax);

  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly attempts: Attempts,
    private readonly lateAudit: LateAudit,
  ) {}

  /** @throws AppError `service_unavailable` while too many others wait. */
  async hash(password: string): Promise<string> {
    try {
      return await this.hasher.hash(password);
    } catch (error) {
      throw asBusy(error);
    }
  }

  /**
   * Whose password this is. Its hash is renewed if it was made at a lower cost than today's.
   * @throws AppError `invalid_credentials`, `rate_limited`; `service_unavailable`, charged to no limit.
   */
  async verify(attempt: PasswordAttempt): Promise<UserWithPassword> {
    const { user, limits } = await this.#admit(attempt);
    const isRight = await this.#isRight(user, attempt.password, limits);
    if (!user || !isRight) throw this.#refusal(user, attempt.failure);
    const { account, accountAtAddress, address } = passwordLimits(attempt.email, attempt.address);
    await this.attempts.giveBack([address]);
    await this.attempts.reset([account, accountAtAddress]);
    return this.#atTodaysCost(user, attempt.password);
  }

  /** Takes the attempt. @returns what was taken, and of whom. */
  async #admit(attempt: PasswordAttempt): Promise<{ user: UserWithPassword | null; limits: AttemptLimit[] }> {
    const { account, accountAtAddress, address } = passwordLimits(attempt.email, attempt.address);
    const admission = this.#line.run(async () => {
      this.attempts.refuseKnown([accountAtAddress, address]);
      const place = inetOf(attempt.address) && addressBlock(attempt.address);
      const user = await this.users.findAtPlace(attempt.email, place);
      // Whoever guesses from many addresses does not lock the owner out of the places where they are known.
      const limits = [accountAtAddress, address, ...(user?.isKnownThere === true ? [] : [account])];
      await this.attempts.take(limits);
      return { user, limits };
    });
    return admission.catch((error: unknown) => {
      throw asBusy(error);
    });
  }

  async #isRight(user: UserWithPassword | null, password: string, taken: readonly AttemptLimit[]): Promise<boolean> {
    try {
      return await this.hasher.verify(user?.passwordHash ?? null, password);
    } catch (error) {
      await this.attempts.giveBack(taken);
      throw asBusy(error);
    }
  }

  #refusal(user: UserWithPassword | null, { action, actor }: PasswordAttempt['failure']): AppError {
    if (user) {
      const target = { type: 'user', id: toPublicId('user', user.id) } as const;
      this.lateAudit.appendForUser(user.id, { actor, action, target, payload: { method: 'password' } });
    }
    return new AppError('invalid_credentials');
  }

  async #atTodaysCost(user: UserWithPassword, password: string): Promise<UserWithPassword> {
    if (!this.hasher.needsRehash(user.passwordHash)) return user;
    const passwordHash = await this.hasher.hash(password).catch(() => null);
    // There is another time for it: too many others wait.
    if (passwordHash === null) return user;
    const isReplaced = await this.database.transaction((tx) =>
      this.users.replacePassword(tx, user.id, { from: user.passwordHash, to: passwordHash }),
    );
    if (isReplaced) return { ...user, passwordHash };
    // Somebody was faster: with the same renewal, or with another password.
    const current = await this.users.findByEmail(user.email);
    if (!current || !(await this.#isRight(current, password, []))) throw new AppError('invalid_credentials');
    return current;
  }
}

function asBusy(error: unknown): unknown {
  return error instanceof OverloadedError ? unavailable(error, busySeconds) : error;
}
