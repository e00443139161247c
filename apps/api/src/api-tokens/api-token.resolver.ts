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
    const located = await this.directory.locate(parsed.secret, beforeLookUp);
    if (!located) throw invalidToken();
    return this.admissions.admit(located, caller);
  }
}
