import { AppError } from '@calkeep/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { missingScopes, type TokenAccess } from './access.js';
import { insufficientScope, readBearer } from './bearer.js';
import type { Admission, CredentialResolver, Limited } from './credential-resolver.js';
import type { FailureBrake } from './failure-brake.js';
import type { Retirement } from './principal.js';
import { setRateHeaders } from './rate-headers.js';

/**
 * Steps 2 to 5, before the body is read: brake, credential, plan, allow-list, limits, scope.
 * Everything that can refuse a request without knowing its content refuses it here.
 */
export class Authenticator {
  /** @param onInvalidToken is told of each request that is refused for its token. */
  constructor(
    private readonly resolver: CredentialResolver,
    private readonly brake: FailureBrake,
    private readonly onInvalidToken: (request: FastifyRequest) => void,
  ) {}

  /** @throws AppError for every request that may not go on. */
  async run(request: FastifyRequest, reply: FastifyReply, access: TokenAccess): Promise<void> {
    reply.header('Cache-Control', 'no-store');
    const admission = await this.#admit(request, readBearer(request.headers.authorization));
    const { principal } = admission;
    request.context.admission = admission;
    setRateHeaders(reply, admission);
    if (principal.expiresAt !== null) reply.header('X-CalKeep-Token-Expires-At', principal.expiresAt);
    if (principal.retirement) announceEnd(reply, principal.retirement);
    if ('limited' in admission)
      throw new AppError('rate_limited', { headers: { 'Retry-After': String(admission.limited.retryAfterSeconds) } });
    if (missingScopes(access, principal).length > 0) throw insufficientScope(access.scopes);
  }

  async #admit(request: FastifyRequest, credential: string): Promise<Admission | Limited> {
    const { caller } = request.context;
    try {
      return await this.resolver.admit(credential, caller, () => this.brake.beforeLookUp(caller.address));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_token') throw error;
      this.onInvalidToken(request);
      throw this.brake.answer(error, caller.address);
    }
  }
}

function announceEnd(reply: FastifyReply, { deprecation, sunset }: Retirement): void {
  reply.headers({ Deprecation: deprecation, Sunset: sunset });
}
