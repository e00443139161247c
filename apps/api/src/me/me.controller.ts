import { noQuery, type Me, type NoQuery, meData } from '@calkeep/contract';
import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { AnyToken } from '../http/access.js';
import type { Caller } from '../http/credential-resolver.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import { CurrentCaller } from '../http/current-session.js';
import type { Principal } from '../http/principal.js';
import { MeService } from './me.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get()
  @AnyToken()
  @Describes({
    id: 'getMe',
    summary: 'The token itself, its workspace, its issuer and its limits',
    details: 'Tells in one call whether an integration is set up right.',
    answer: meData,
  })
  get(@CurrentPrincipal() principal: Principal, @Query({ schema: noQuery }) _query: NoQuery): Promise<Me> {
    return this.me.get(principal);
  }

  /** The way out for whoever finds that their token leaked. */
  @Delete('token')
  @AnyToken()
  @HttpCode(204)
  @Describes({
    id: 'revokeToken',
    summary: 'Revoke the token that calls',
    details: 'The way out for whoever finds that their token leaked. With the answer it is refused everywhere.',
    answer: null,
  })
  revokeToken(@CurrentPrincipal() principal: Principal, @CurrentCaller() caller: Caller): Promise<void> {
    return this.me.revokeToken(principal, caller);
  }
}
