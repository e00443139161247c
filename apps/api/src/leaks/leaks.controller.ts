import { tokenRevocationsBody, type TokenRevocationsBody } from '@calkeep/contract';
import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { Public } from '../http/access.js';
import { CurrentCaller } from '../http/current-session.js';
import type { Caller } from '../http/credential-resolver.js';
import { LeaksService } from './leaks.service.js';

/** Routes without a credential: to have the token, or GitHub's signature, is the proof. */
@Controller('api/v1')
export class LeaksController {
  constructor(private readonly leaks: LeaksService) {}

  @Post('token-revocations')
  @Public()
  @HttpCode(202)
  report(
    @Body({ schema: tokenRevocationsBody }) { tokens }: TokenRevocationsBody,
    @CurrentCaller() caller: Caller,
  ): Promise<{ received: number }> {
    return this.leaks.report(tokens, caller);
  }

  @Post('secret-scanning/github')
  @Public({ hasRawBody: true })
  @HttpCode(200)
  reportByGithub(
    @Body() body: unknown,
    @Headers('github-public-key-identifier') keyId: unknown,
    @Headers('github-public-key-signature') signature: unknown,
    @CurrentCaller() caller: Caller,
  ): Promise<{ received: number; revoked: number }> {
    return this.leaks.reportByGithub({ body, keyId, signature }, caller);
  }
}
