import { Database } from '@calkeep/database';
import type { Clock, Config, GuardedRedis } from '@calkeep/platform';
import { Module } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { CREDENTIAL_RESOLVER } from '../http/credential-resolver.js';
import { CLOCK, CONFIG, REDIS } from '../platform/tokens.js';
import { UsageModule } from '../usage/usage.module.js';
import { UsageRecorder } from '../usage/usage-recorder.js';
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
      inject: [Database, ApiTokensRepository, REDIS, CLOCK, CONFIG, UsageRecorder],
      useFactory: (
        ...[database, tokens, redis, clock, config, recorder]: [
          Database,
          ApiTokensRepository,
          GuardedRedis | null,
          Clock,
          Config,
          UsageRecorder,
        ]
      ) =>
        new Admissions({
          redis,
          clock,
          usage: {
            windowMs: config.USAGE_WINDOW_SECONDS * 1000,
            rate: config.USAGE_SAMPLE_RATE,
            record: (address, caller, uses) => recorder.record(address, caller, uses),
          },
          readStanding: ({ workspaceId, tokenId }) => tokens.findStanding(database.forWorkspace(workspaceId), tokenId),
        }),
    },
  ],
  exports: [ApiTokensService, Admissions],
})
export class ApiTokensModule {}
