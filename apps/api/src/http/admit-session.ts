import { recentMfaSecondsMax, type MfaMethod } from '@calkeep/contract';
import { AppError } from '@calkeep/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionAccess } from './access.js';
import { refuseCrossSite } from './cross-site.js';
import type { Membership, Session, SessionResolver } from './session.js';
import { readSessionCookie } from './session-cookie.js';

/**
 * Steps 2 to 5 of the app API, before the body is read: origin, session, workspace, role, second factor. A
 * token opens nothing here: only the cookie is looked at.
 */
export class SessionGuard {
  constructor(
    private readonly resolver: SessionResolver,
    private readonly allowedOrigins: ReadonlySet<string>,
  ) {}

  /** @throws AppError for every request that may not go on. */
  async run(request: FastifyRequest, reply: FastifyReply, access: SessionAccess): Promise<void> {
    reply.header('Cache-Control', 'no-store');
    refuseCrossSite(request, this.allowedOrigins);
    if (access.stage === 'none') return;
    const session = await this.#find(request);
    request.context.session = session;
    if (session.isPending && access.stage === 'complete') throw mfaRequired(session.mfaMethods);
    if (access.roles !== undefined) request.context.membership = await this.#enter(request, session, access);
    if (access.recentMfa !== undefined) requireRecentMfa(session, access.recentMfa);
    if (access.needsApiTokens === true && request.context.membership?.hasApiTokens === false)
      throw new AppError('plan_not_eligible');
  }

  async #find(request: FastifyRequest): Promise<Session> {
    const secret = readSessionCookie(request);
    const session = secret === null ? null : await this.resolver.find(secret);
    if (!session) throw new AppError('session_required');
    return session;
  }

  async #enter(request: FastifyRequest, session: Session, { roles }: SessionAccess): Promise<Membership> {
    const { ws } = request.params as { ws: string };
    const membership = await this.resolver.findMembership(session.user.id, ws);
    if (!membership) throw new AppError('not_found');
    if (!roles?.includes(membership.role)) throw new AppError('forbidden');
    if (membership.isMfaRequired && session.mfaMethods.length === 0) throw new AppError('mfa_enrollment_required');
    return membership;
  }
}

/** Inclusive: a proof of 300 s ago is recent. One from the future is none. */
export function isRecent(ageMs: number | null | undefined): boolean {
  return typeof ageMs === 'number' && ageMs >= 0 && ageMs <= recentMfaSecondsMax * 1000;
}

/** @throws AppError `mfa_enrollment_required`, `mfa_required` */
export function requireRecentMfa(session: Session, when: 'always' | 'if-enrolled' = 'always'): void {
  const isEnrolled = session.mfaMethods.length > 0;
  if (isEnrolled && isRecent(session.mfa?.ageMs)) return;
  if (when === 'if-enrolled' && (!isEnrolled || isRecent(session.recoveryAgeMs))) return;
  throw isEnrolled ? mfaRequired(session.mfaMethods) : new AppError('mfa_enrollment_required');
}

/** The step-up challenge of RFC 9470, section 3. */
function mfaRequired(methods: readonly MfaMethod[]): AppError {
  return new AppError('mfa_required', {
    details: { maxAgeSeconds: recentMfaSecondsMax, methods },
    headers: {
      'WWW-Authenticate':
        'Bearer realm="calkeep", error="insufficient_user_authentication", ' +
        `error_description="A more recent second factor is required", max_age=${recentMfaSecondsMax}`,
    },
  });
}
