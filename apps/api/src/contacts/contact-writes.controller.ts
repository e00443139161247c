import { contactPatch, newContact, noQuery, type ContactPatch, type NewContact, type NoQuery } from '@calkeep/contract';
import { Body, Controller, Param, Patch, Post, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import type { Answer } from '../http/answer.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { JsonText } from '../http/envelope.js';
import { CurrentPreconditions, Preconditions } from '../http/preconditions.js';
import type { Principal } from '../http/principal.js';
import { CurrentSubmission, type Submission } from '../idempotency/current-submission.js';
import { ContactWritesService } from './contact-writes.service.js';

@Controller('api/v1/contacts')
export class ContactWritesController {
  constructor(private readonly contacts: ContactWritesService) {}

  @Post()
  @RequireScopes('contacts:write')
  create(
    @CurrentPrincipal() principal: Principal,
    @CurrentSubmission() submission: Submission,
    @Body({ schema: newContact }) draft: NewContact,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<Answer> {
    return this.contacts.create(principal, submission, draft);
  }

  @Patch(':id')
  @RequireScopes('contacts:write')
  update(
    @CurrentPrincipal() principal: Principal,
    @CurrentPreconditions() preconditions: Preconditions,
    @Param('id') id: string,
    @Body({ schema: contactPatch }) patch: ContactPatch,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.contacts.update(principal, id, { patch, preconditions });
  }
}
