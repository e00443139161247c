import { parsePublicId, recentMfaSecondsMax, toPublicId, type OwnSession, type SessionData } from '@calkeep/contract';
import { Database, type GlobalTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { Caller } from '../http/credential-resolver.js';
import type { Session } from '../http/session.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { OwnWorkspacesRepository } from './own-workspaces.repository.js';

/** What a person sees and ends of their own sessions. */
@Injectable()
export class OwnSessionsService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly workspaces: OwnWorkspacesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** A pending session sees itself, and no workspaces. */
  async describe({ user, isPending, mfaMethods, mfa }: Session): Promise<SessionData> {
    const verifiedAt = mfa?.verifiedAt ?? null;
    const validUntil = verifiedAt === null ? null : secondsAfter(verifiedAt, recentMfaSecondsMax);
    return {
      user: { ...user, id: toPublicId('user', user.id) },
      workspaces: isPending ? [] : await this.workspaces.findMany(user.id),
      mfa: { enrolled: mfaMethods.length > 0, required: isPending, methods: [...mfaMethods], verifiedAt, validUntil },
      isPending,
    };
  }

  async list(session: Session): Promise<OwnSession[]> {
    const sessions = await this.sessions.findMany(session.user.id);
    return sessions.map(({ id, createdAt, lastSeenAt, expiresAt, mfaVerifiedAt, ...others }) => ({
      id: toPublicId('session', id),
      isCurrent: id === session.id,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      mfaVerifiedAt: mfaVerifiedAt?.toISOString() ?? null,
      ...others,
    }));
  }

  /** Every process refuses the session from the answer on. */
  async signOut({ id, user }: Session): Promise<void> {
    await this.database.transaction((tx) => this.sessions.end(tx, user.id, id));
  }

  /** @throws AppError `not_found` for a session that is not this person's. */
  async end(session: Session, publicId: string, caller: Caller): Promise<void> {
    const id = parsePublicId('session', publicId);
    if (id === null) throw new AppError('not_found');
    await this.database.transaction(async (tx) => {
      if (!(await this.sessions.end(tx, session.user.id, id))) throw new AppError('not_found');
      await this.#tell(tx, session, { caller, endedId: publicId, count: 1 });
    });
  }

  async endOthers(session: Session, caller: Caller): Promise<void> {
    await this.database.transaction(async (tx) => {
      const count = await this.sessions.endOthers(tx, session.user.id, session.id);
      if (count > 0) await this.#tell(tx, session, { caller, endedId: null, count });
    });
  }

  async #tell(
    tx: GlobalTransaction,
    { user }: Session,
    { caller, endedId, count }: { caller: Caller; endedId: string | null; count: number },
  ): Promise<void> {
    await this.audit.appendForUser(tx, user.id, {
      actor: personAt(user, caller),
      action: 'SESSION_REVOKED',
      target: { type: 'session', id: endedId },
      payload: { sessionsEnded: count },
    });
  }
}

function secondsAfter(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1000).toISOString();
}
