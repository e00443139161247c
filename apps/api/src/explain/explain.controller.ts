import { explainBody, explainData, type ExplainBody } from '@calkeep/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { AnyToken } from '../http/access.js';
import type { Answer } from '../http/answer.js';
import type { Admission } from '../http/credential-resolver.js';
import { CurrentAdmission } from '../http/current-principal.js';
import { CurrentSubmission, type Submission } from '../idempotency/current-submission.js';
import { ExplainService } from './explain.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/explain')
export class ExplainController {
  constructor(private readonly explain: ExplainService) {}

  @Post()
  @AnyToken()
  @HttpCode(200)
  @Describes({
    id: 'explain',
    summary: 'What the guards would say of a call, without making it',
    answer: explainData,
    takes: ['Idempotency-Key'],
    examples: { 'May this token create contacts?': { method: 'POST', path: '/api/v1/contacts' } },
  })
  run(
    @CurrentAdmission() admission: Admission,
    @CurrentSubmission() submission: Submission,
    @Body({ schema: explainBody }) call: ExplainBody,
  ): Promise<Answer> {
    return this.explain.answer(admission, submission, call);
  }
}
