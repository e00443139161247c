import { Database } from '@calkeep/database';
import type { Clock, GuardedRedis } from '@calkeep/platform';
import { Module } from '@nestjs/common';
import { Admissions, type UsageSampling } from '../admission/admissions.js';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { CREDENTIAL_RESOLVER } from '../http/credential-resolver.js';
import { CLOCK, REDIS } from '../platform/tokens.js';
import { USAGE_SAMPLING, UsageModule } from '../usage/usage.module.js';
import { ApiTokenResolver } from './api-token.resolver.js';
import { ApiTokensRepository } from './api-tokens.repository.js';
import { ApiTokensService } from './api-tokens.service.js';
import { TokenDirectory } from './token-directory.js';
import { TokenFormatController } from './token-format.controller.js';
import { TokenMint } from './token-mint.js';

@Module({
  imports: [AuditLogModule, UsageModule],
  controllers: [TokenFormatController],
  providers: [
    ApiTokensService,
    ApiTokensRepository,
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
  exports: [ApiTokensService, Admissions],
})
export class ApiTokensModule {}
