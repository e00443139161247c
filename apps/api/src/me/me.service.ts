import type { Me } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { ApiTokensService } from '../api-tokens/api-tokens.service.js';
import type { Principal } from '../http/principal.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';

/** What a token can learn of itself: enough to see in one call that an integration is set up right. */
@Injectable()
export class MeService {
  constructor(
    private readonly tokens: ApiTokensService,
    private readonly workspaces: WorkspacesService,
  ) {}

  async get(principal: Principal): Promise<Me> {
    const [{ token, issuer }, workspace] = await Promise.all([
      this.tokens.describe(principal),
      this.workspaces.summarize(principal),
    ]);
    return { token, workspace, issuer, limits: principal.limits };
  }
}
