import { contactsQuery, noQuery, contactData, contactsData, type ContactsQuery, type NoQuery } from '@calkeep/contract';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import { CurrentAnswer, type PendingAnswer } from '../http/current-answer.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { linked } from '../resources/page-links.js';
import { ContactsService } from './contacts.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/contacts')
export class ContactsController {
  constructor(private readonly contacts: ContactsService) {}

  @Get()
  @RequireScopes('contacts:read')
  @Describes({ id: 'listContacts', summary: 'Contacts, newest first', answer: contactsData, isList: true })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: contactsQuery }) query: ContactsQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.contacts.list(principal, query));
  }

  @Get(':id')
  @RequireScopes('contacts:read')
  @Describes({ id: 'getContact', summary: 'One contact', answer: contactData, takes: ['If-None-Match'] })
  get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.contacts.get(principal, id);
  }
}
