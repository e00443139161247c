import { Database } from '@calkeep/database';
import type { Clock, GuardedRedis } from '@calkeep/platform';
import { Module } from '@nestjs/common';
import { Admissions, type UsageSampling } from '../admission/admissions.js';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { CREDENTIAL_RESOLVER } from '../http/credential-resolver.js';
import { CLOCK, REDIS } from '../platform/tokens.js';
import { USAGE_SAMPLING, UsageModule } from '../usage/usage.module.js';
import { ApiTokenResolver } from './api-token.resolver.js';
import { ApiTokensController } from './api-tokens.controller.js';
import { ApiTokensRepository } from './api-tokens.repository.js';
import { ApiTokensService } from './api-tokens.service.js';
import { LeakedTokens } from './leaked-tokens.js';
import { RevocationWriter } from './revocation-writer.js';
import { TokenChangesRepository } from './token-changes.repository.js';
import { TokenDirectory } from './token-directory.js';
import { TokenFormatController } from './token-format.controller.js';
import { TokenIssuing } from './token-issuing.js';
import { TokenMint } from './token-mint.js';
import { TokenRevocation } from './token-revocation.js';
import { TokenRotation } from './token-rotation.js';
import { TokenUpdates } from './token-updates.js';

@Module({
  imports: [AuditLogModule, UsageModule],
  controllers: [TokenFormatController, ApiTokensController],
  providers: [
    ApiTokensService,
    ApiTokensRepository,
    TokenChangesRepository,
    TokenIssuing,
    TokenRotation,
    TokenUpdates,
    TokenRevocation,
    LeakedTokens,
    RevocationWriter,
    TokenDirectory,
    TokenMint,
    { provide: CREDENTIAL_RESOLVER, useClass: ApiTokenResolver },
    {
      provide: Admissions,
      inject: [Database, ApiTokensRepository, REDIS, CLOCK, USAGE_SAMPLING],
      useFactory: (
        database: Database,
        tokens: ApiTokensRepository,
        redis: GuardedRedis | null,
        clock: Clock,
        usage: UsageSampling,
      ) =>
        new Admissions({
          redis,
          clock,
          usage,
          readStanding: ({ workspaceId, tokenId }) => tokens.findStanding(database.forWorkspace(workspaceId), tokenId),
        }),
    },
  ],
  exports: [ApiTokensService, TokenRevocation, LeakedTokens, Admissions],
})
export class ApiTokensModule {}
