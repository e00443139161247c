import type { AuditPublicKey } from '@calkeep/security';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Public } from '../http/access.js';
import { AuditCheckpoints } from './audit-checkpoints.js';
import { Describes } from '../openapi/describes.js';

/** A JWK Set (RFC 7517 section 5) of the keys that sign the checkpoints of audit logs (RFC 8037). */
@Controller('.well-known/audit-checkpoint-keys.json')
export class AuditCheckpointKeysController {
  constructor(private readonly checkpoints: AuditCheckpoints) {}

  @Get()
  @Public({ isEnveloped: false })
  @Describes({
    id: 'getAuditCheckpointKeys',
    summary: 'The keys that sign the checkpoints of audit logs, as a JWK Set',
    answer: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }),
  })
  get(): { keys: AuditPublicKey[] } {
    return { keys: this.checkpoints.publicKeys() };
  }
}
