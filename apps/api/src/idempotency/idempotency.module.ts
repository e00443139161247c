import { Module } from '@nestjs/common';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import { Submissions } from './submissions.js';

@Module({ providers: [Submissions, IdempotencyKeysRepository], exports: [Submissions] })
export class IdempotencyModule {}
