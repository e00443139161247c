import type { Config } from '@calkeep/platform';
import { Module } from '@nestjs/common';
import { ApiTokensModule } from '../api-tokens/api-tokens.module.js';
import { CONFIG } from '../platform/tokens.js';
import { GITHUB_KEYS, GithubKeys } from './github-keys.js';
import { LeaksController } from './leaks.controller.js';
import { LeaksService } from './leaks.service.js';

@Module({
  imports: [ApiTokensModule],
  controllers: [LeaksController],
  providers: [
    LeaksService,
    {
      provide: GITHUB_KEYS,
      inject: [CONFIG],
      useFactory: ({ GITHUB_SECRET_SCANNING_KEYS_FILE: path }: Config): GithubKeys | null =>
        path === undefined ? null : GithubKeys.read(path),
    },
  ],
})
export class LeaksModule {}
