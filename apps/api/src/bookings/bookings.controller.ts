import { noQuery, pageQuery, type NoQuery, type PageQuery } from '@calkeep/contract';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { BookingsService } from './bookings.service.js';

@Controller('api/v1/bookings')
export class BookingsController {
  constructor(private readonly bookings: BookingsService) {}

  @Get()
  @RequireScopes('bookings:read')
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: pageQuery }) page: PageQuery): Promise<JsonText> {
    return this.bookings.list(principal, page);
  }

  @Get(':id')
  @RequireScopes('bookings:read')
  get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.bookings.get(principal, id);
  }
}
