import type { Clock } from '@calkeep/platform';
import { mintApiToken, PepperKeyring, type PepperedHash } from '@calkeep/security';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../platform/tokens.js';

/** Makes secrets with the only form of them that is ever stored, and tells the time of it. */
@Injectable()
export class TokenMint {
  constructor(
    private readonly peppers: PepperKeyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  mint(mode: 'live' | 'test'): { secret: string; displayPrefix: string; hash: PepperedHash } {
    const minted = mintApiToken(mode);
    return { ...minted, hash: this.peppers.hash(minted.secret) };
  }

  now(): Date {
    return new Date(this.clock.now());
  }
}
