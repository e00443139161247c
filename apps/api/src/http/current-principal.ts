import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/** The principal of the request, in a handler of a route that asks for a token. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const { admission } = context.switchToHttp().getRequest<FastifyRequest>().context;
  if (!admission) throw new Error('A handler without a credential asked for its principal.');
  return admission.principal;
});
