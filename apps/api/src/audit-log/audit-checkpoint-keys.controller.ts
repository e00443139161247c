import type { AuditPublicKey } from '@calkeep/security';
import { Controller, Get } from '@nestjs/common';
import { Public } from '../http/access.js';
import { AuditCheckpoints } from './audit-checkpoints.js';

/** A JWK Set (RFC 7517 section 5) of the keys that sign the checkpoints of audit logs (RFC 8037). */
@Controller('.well-known/audit-checkpoint-keys.json')
export class AuditCheckpointKeysController {
  constructor(private readonly checkpoints: AuditCheckpoints) {}

  @Get()
  @Public({ isEnveloped: false })
  get(): { keys: AuditPublicKey[] } {
    return { keys: this.checkpoints.publicKeys() };
  }
}
