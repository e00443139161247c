import { Module } from '@nestjs/common';
import { SESSION_RESOLVER } from '../http/session.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  providers: [SessionsService, SessionsRepository, { provide: SESSION_RESOLVER, useExisting: SessionsService }],
  exports: [SessionsService],
})
export class SessionsModule {}
