import { noQuery, pageQuery, type NoQuery, type PageQuery } from '@calkeep/contract';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { ContactsService } from './contacts.service.js';

@Controller('api/v1/contacts')
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Get()
  @RequireScopes('contacts:read')
  list(@CurrentPrincipal() principal: Principal, @Query({ schema: pageQuery }) page: PageQuery): Promise<JsonText> {
    return this.contacts.list(principal, page);
  }

  @Get(':id')
  @RequireScopes('contacts:read')
  get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.contacts.get(principal, id);
  }
}
