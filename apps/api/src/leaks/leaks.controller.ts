import {
  tokenRevocationsBody,
  type TokenRevocationsBody,
  secretScanningData,
  tokenRevocationsData,
} from '@calkeep/contract';
import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { Public } from '../http/access.js';
import { CurrentCaller } from '../http/current-session.js';
import type { Caller } from '../http/credential-resolver.js';
import { LeaksService } from './leaks.service.js';
import { Describes } from '../openapi/describes.js';

/** Routes without a credential: to have the token, or GitHub's signature, is the proof. */
@Controller('api/v1')
export class LeaksController {
  constructor(private readonly leaks: LeaksService) {}

  @Post('token-revocations')
  @Public()
  @HttpCode(202)
  @Describes({
    id: 'reportLeakedTokens',
    summary: 'Have tokens revoked that were found somewhere',
    details:
      'To have the token is the proof. The answer is the same whatever was sent, so nothing can be learned from it.',
    answer: tokenRevocationsData,
    refusals: ['rate_limited'],
    examples: { 'A token that was found': { tokens: ['ck_test_0000000000000000000000000000000000003KDnRa'] } },
  })
  report(
    @Body({ schema: tokenRevocationsBody }) { tokens }: TokenRevocationsBody,
    @CurrentCaller() caller: Caller,
  ): Promise<{ received: number }> {
    return this.leaks.report(tokens, caller);
  }

  @Post('secret-scanning/github')
  @Public({ hasRawBody: true })
  @HttpCode(200)
  @Describes({
    id: 'reportGithubAlert',
    summary: 'Alerts of GitHub’s secret scanning, signed by GitHub',
    answer: secretScanningData,
    refusals: ['not_found', 'rate_limited'],
  })
  reportByGithub(
    @Body() body: unknown,
    @Headers('github-public-key-identifier') keyId: unknown,
    @Headers('github-public-key-signature') signature: unknown,
    @CurrentCaller() caller: Caller,
  ): Promise<{ received: number; revoked: number }> {
    return this.leaks.reportByGithub({ body, keyId, signature }, caller);
  }
}
