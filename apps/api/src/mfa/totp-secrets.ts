import type { Clock } from '@calkeep/platform';
import { generateTotpSecret, SealingKeyring, verifyTotp, type Sealed } from '@calkeep/security';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../platform/tokens.js';

/**
 * Invariant: a TOTP secret leaves this class when it is made and never again, and what is stored of it opens for its
 * own person alone.
 */
@Injectable()
export class TotpSecrets {
  constructor(
    private readonly sealing: SealingKeyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  make(userId: string): { secret: string; sealed: Sealed } {
    const secret = generateTotpSecret();
    return { secret, sealed: this.sealing.seal(secret, contextOf(userId)) };
  }

  /**
   * @param afterTimeStep the last one that was accepted.
   * @returns the code's time step; `null` for a code that is wrong, used or too old.
   * @throws SealingError for a stored secret that is another person's, altered, or under a key that is not configured:
   * not the caller's fault, and nothing that a code could pass.
   */
  verify(
    userId: string,
    { sealed, code, afterTimeStep }: { sealed: Sealed; code: string; afterTimeStep: number | null },
  ): number | null {
    const secret = this.sealing.open(sealed, contextOf(userId)).toString();
    return verifyTotp(secret, code, { at: new Date(this.clock.now()), afterTimeStep })?.timeStep ?? null;
  }
}

function contextOf(userId: string): string {
  return `user_totp_factors:secret:${userId}`;
}
