import { noQuery, type Me, type NoQuery } from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { AnyToken } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { Principal } from '../http/principal.js';
import { MeService } from './me.service.js';

@Controller('api/v1/me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get()
  @AnyToken()
  get(@CurrentPrincipal() principal: Principal, @Query({ schema: noQuery }) _query: NoQuery): Promise<Me> {
    return this.me.get(principal);
  }
}
