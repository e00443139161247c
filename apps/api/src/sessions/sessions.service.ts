import { newUuid, parsePublicId, type MfaMethod } from '@calkeep/contract';
import type { GlobalTransaction } from '@calkeep/database';
import { AppError, type Clock, type Config } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { inetOf } from '../http/caller-address.js';
import type { Caller } from '../http/credential-resolver.js';
import type { Membership, Session, SessionResolver } from '../http/session.js';
import { CLOCK, CONFIG } from '../platform/tokens.js';
import { hashSessionSecret, newSessionSecret } from './session-secret.js';
import { SessionsRepository, type ListedSession, type SessionProof } from './sessions.repository.js';

/** For the cookie. The secret is told once. */
export interface SessionTicket {
  readonly secret: string;
  readonly expiresAt: Date;
}

/** Of a session whose second factor was proven. */
export interface ProvenTicket extends SessionTicket {
  /** By the database's clock; `null` if only a recovery code was ever used in it. */
  readonly mfaVerifiedAt: Date | null;
}

/** How long a sign-in may wait for its second factor. */
const pendingSeconds = 600;

/**
 * Sessions: rows of which only a hash of the cookie is kept. The secret changes whenever the session is worth
 * more than before, and an ended one is refused by every process at once, for each asks the database.
 */
@Injectable()
export class SessionsService implements SessionResolver {
  constructor(
    private readonly sessions: SessionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  find(secret: string): Promise<Session | null> {
    return this.sessions.findBySecretHash(hashSessionSecret(secret), this.config.SESSION_IDLE_SECONDS);
  }

  async findMembership(userId: string, workspaceId: string): Promise<Membership | null> {
    const uuid = parsePublicId('workspace', workspaceId);
    return uuid === null ? null : this.sessions.findMembership(uuid, userId);
  }

  /** The open sessions of a person, the last seen first. @param userId bare UUID. */
  findMany(userId: string): Promise<ListedSession[]> {
    return this.sessions.findMany(userId, this.config.SESSION_IDLE_SECONDS);
  }

  /** A new session, whatever the browser brought; what it brought is ended by the caller. @returns its bare id too. */
  async open(
    tx: GlobalTransaction,
    { userId, isPending, caller }: { userId: string; isPending: boolean; caller: Caller },
  ): Promise<SessionTicket & { id: string }> {
    const id = newUuid();
    const { secret, secretHash } = newSessionSecret();
    const expiresAt = this.#after(isPending ? pendingSeconds : this.config.SESSION_LIFETIME_SECONDS);
    const { address, userAgent } = caller;
    await this.sessions.removeOver(tx, userId, this.config.SESSION_IDLE_SECONDS);
    await this.sessions.create(tx, { id, userId, secretHash, isPending, expiresAt, ip: inetOf(address), userAgent });
    return { id, secret, expiresAt };
  }

  /** Completes a sign-in, or steps a session up; its old secret is worth nothing from the commit on. */
  async prove(tx: GlobalTransaction, session: Session, proof: SessionProof): Promise<ProvenTicket> {
    const { secret, secretHash } = newSessionSecret();
    const expiresAt = session.isPending ? this.#after(this.config.SESSION_LIFETIME_SECONDS) : null;
    const renewed = await this.sessions.renew(tx, session.id, { secretHash, expiresAt, proof });
    if (!renewed) throw new AppError('session_required');
    return { secret, ...renewed };
  }

  /** For a factor that goes: what any of the person's sessions proved by it is no proof any more. */
  forgetProofs(
    tx: GlobalTransaction,
    userId: string,
    factor: { method: MfaMethod; credentialId: string | null },
  ): Promise<void> {
    return this.sessions.forgetProofs(tx, userId, factor);
  }

  /** For a first factor: the person's other sessions were opened by the password alone, and wait for it like a sign-in. */
  askOthersForProof(tx: GlobalTransaction, { id: exceptId, user }: Session): Promise<void> {
    return this.sessions.makePending(tx, user.id, { exceptId, pendingSeconds });
  }

  /** The same session under another secret; the old one is worth nothing from the commit on. */
  async rotate(tx: GlobalTransaction, session: Session): Promise<SessionTicket> {
    const { secret, secretHash } = newSessionSecret();
    const expiresAt = await this.sessions.changeSecret(tx, session.id, secretHash);
    if (!expiresAt) throw new AppError('session_required');
    return { secret, expiresAt };
  }

  /** Ends the session that a browser brought, whoever's it is, if the secret opens any. */
  async endBySecret(tx: GlobalTransaction, secret: string | null): Promise<void> {
    if (secret !== null) await this.sessions.removeBySecretHash(tx, hashSessionSecret(secret));
  }

  /** @returns whether there was one of this person's. @param id bare UUID. */
  async end(tx: GlobalTransaction, userId: string, id: string): Promise<boolean> {
    return (await this.sessions.remove(tx, userId, id)) === 1;
  }

  /** All of a person's sessions but this one. @returns how many there were. */
  endOthers(tx: GlobalTransaction, userId: string, exceptId: string | null): Promise<number> {
    return this.sessions.removeOthers(tx, userId, exceptId);
  }

  #after(seconds: number): Date {
    return new Date(this.clock.now() + seconds * 1000);
  }
}
