import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Admission } from './credential-resolver.js';
import type { Principal } from './principal.js';

/** The principal of the request, in a handler of a route that asks for a token. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => admissionOf(context).principal,
);

/** The same with what is left of its limits. */
export const CurrentAdmission = createParamDecorator((_data: unknown, context: ExecutionContext): Admission =>
  admissionOf(context),
);

function admissionOf(context: ExecutionContext): Admission {
  const { admission } = context.switchToHttp().getRequest<FastifyRequest>().context;
  if (!admission) throw new Error('A handler without a credential asked for its principal.');
  return admission;
}
