import { newUuid } from '@calkeep/contract';
import type { Database } from '@calkeep/database';
import { Logger } from '@nestjs/common';
import { expect, it, vi } from 'vitest';
import type { Attempts } from '../attempts/attempts.js';
import type { AuditTrail } from '../audit-log/audit-trail.js';
import type { SessionsService } from '../sessions/sessions.service.js';
import { FactorProofs } from './factor-proofs.js';
import { attemptOf } from './proof-entries.js';

it('gives a person the session that a code was spent for, also when the database is gone right after', async () => {
  const said = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const ticket = { secret: 'new', expiresAt: new Date(), mfaVerifiedAt: new Date() };
  const proofs = new FactorProofs(
    { transaction: (work: (tx: object) => Promise<unknown>) => work({}) } as unknown as Database,
    { reset: () => Promise.reject(new Error('the database is gone')) } as unknown as Attempts,
    { prove: () => Promise.resolve(ticket) } as unknown as SessionsService,
    { appendForUser: () => Promise.resolve() } as unknown as AuditTrail,
  );
  const session = {
    id: newUuid(),
    user: { id: newUuid(), email: 'ada@acme.test', name: 'Ada' },
    isPending: true,
    mfaMethods: ['totp'] as const,
    mfa: null,
    recoveryAgeMs: null,
  };
  const caller = { address: '198.51.100.1', userAgent: null, requestId: 'req_1', clientRequestId: null };
  const attempt = attemptOf({ session, caller }, { kind: 'mfa', method: 'totp', credentialId: null });

  expect(await proofs.complete(attempt, () => Promise.resolve(true))).toEqual({ ticket, used: true });
  expect(said).toHaveBeenCalledOnce();
});
