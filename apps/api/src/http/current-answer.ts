import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The answer that is to come, for a handler that sets a header. Not the reply itself: that is a promise of its own being sent,
 * and Nest awaits what it hands to a handler.
 */
export interface PendingAnswer {
  readonly request: FastifyRequest;
  header(name: string, value: string): void;
}

export const CurrentAnswer = createParamDecorator((_data: unknown, context: ExecutionContext): PendingAnswer => {
  const reply = context.switchToHttp().getResponse<FastifyReply>();
  return { request: reply.request, header: (name, value) => void reply.header(name, value) };
});
