import {
  contactPatch,
  newContact,
  noQuery,
  type ContactPatch,
  type NewContact,
  type NoQuery,
  contactData,
} from '@calkeep/contract';
import { Body, Controller, Param, Patch, Post, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import type { Answer } from '../http/answer.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { JsonText } from '../http/envelope.js';
import { CurrentPreconditions, Preconditions } from '../http/preconditions.js';
import type { Principal } from '../http/principal.js';
import { CurrentSubmission, type Submission } from '../idempotency/current-submission.js';
import { ContactWritesService } from './contact-writes.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/contacts')
export class ContactWritesController {
  constructor(private readonly contacts: ContactWritesService) {}

  @Post()
  @RequireScopes('contacts:write')
  @Describes({
    id: 'createContact',
    summary: 'Create a contact',
    details:
      'The e-mail address is unique in the workspace, whatever its case: 409 `conflict` names the contact that has it. ' +
      'Telephone numbers are kept as E.164.',
    answer: contactData,
    takes: ['Idempotency-Key'],
    refusals: ['conflict', 'quota_exceeded'],
    examples: {
      'A person': { firstName: 'Ada', lastName: 'Whitfield', email: 'ada@mail.example.com', phone: '+1 512 555 0123' },
      'With tags and fields of your own': {
        email: 'grace@mail.example.com',
        tags: ['vip'],
        customFields: { leadSource: 'Referral', accountValue: 10250 },
      },
    },
  })
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
  @Describes({
    id: 'updateContact',
    summary: 'Change a contact',
    details: 'What is not named stays; `null` clears. With `If-Match` nothing that others changed meanwhile is lost.',
    answer: contactData,
    takes: ['If-Match'],
    refusals: ['conflict', 'quota_exceeded'],
    examples: { 'Change one field and clear another': { title: 'Head of operations', notes: null } },
  })
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
