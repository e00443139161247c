import type { Config } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../platform/tokens.js';

/** For whom passkeys are made, and the pages on which they may be used (WebAuthn Level 3, section 13.4.9). */
@Injectable()
export class RelyingParty {
  readonly name = 'CalKeep';
  readonly id: string;
  readonly origins: string[];

  constructor(@Inject(CONFIG) { PUBLIC_URL, WEBAUTHN_ORIGINS }: Config) {
    const { hostname, origin } = new URL(PUBLIC_URL);
    this.id = hostname;
    this.origins = [origin, ...WEBAUTHN_ORIGINS];
  }
}
