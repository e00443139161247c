import { parseApiToken } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import { invalidToken } from '../http/bearer.js';
import type { Admission, Caller, CredentialResolver, Limited } from '../http/credential-resolver.js';
import { TokenDirectory } from './token-directory.js';

/** API tokens as credentials of the pipeline. What fails the checksum is refused without any look-up. */
@Injectable()
export class ApiTokenResolver implements CredentialResolver {
  constructor(
    private readonly directory: TokenDirectory,
    private readonly admissions: Admissions,
  ) {}

  async admit(credential: string, caller: Caller, beforeLookUp: () => void): Promise<Admission | Limited> {
    const parsed = parseApiToken(credential);
    if (!parsed) throw invalidToken();
    // Nearly always known, and then nothing is waited for.
    const place = this.directory.locate(parsed.secret, beforeLookUp);
    const located = place instanceof Promise ? await place : place;
    if (!located) throw invalidToken();
    return await this.admissions.admit(located, caller);
  }
}
