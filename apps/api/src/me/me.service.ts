import type { Me } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { ApiTokensService } from '../api-tokens/api-tokens.service.js';
import { TokenRevocation } from '../api-tokens/token-revocation.js';
import type { Caller } from '../http/credential-resolver.js';
import type { Principal } from '../http/principal.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';

/** What a token can learn of itself: enough to see in one call that an integration is set up right. */
@Injectable()
export class MeService {
  constructor(
    private readonly tokens: ApiTokensService,
    private readonly revocation: TokenRevocation,
    private readonly workspaces: WorkspacesService,
  ) {}

  async get(principal: Principal): Promise<Me> {
    const [{ token, issuer }, workspace] = await Promise.all([
      this.tokens.describe(principal),
      this.workspaces.summarize(principal),
    ]);
    return { token, workspace, issuer, limits: principal.limits };
  }

  /** When this resolves, no process accepts the token any more. */
  revokeToken(principal: Principal, caller: Caller): Promise<void> {
    return this.revocation.revokeOwn(principal, caller);
  }
}
