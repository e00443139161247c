import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './credential-resolver.js';
import type { Membership, Session } from './session.js';

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>();

/** The session of the request, in a handler of a route that asks for one. */
export const CurrentSession = createParamDecorator((_data: unknown, context: ExecutionContext): Session => {
  const { session } = requestOf(context).context;
  if (!session) throw new Error('A handler without a session asked for it.');
  return session;
});

/** Who calls. */
export interface PersonCaller {
  readonly session: Session;
  readonly caller: Caller;
}

/** For a handler of a route about the person. */
export const CurrentPerson = createParamDecorator((_data: unknown, context: ExecutionContext): PersonCaller => {
  const { session, caller } = requestOf(context).context;
  if (!session) throw new Error('A handler without a session asked for it.');
  return { session, caller };
});

/** Who calls, and what that person is in the workspace of the path. */
export interface WorkspaceCaller {
  readonly session: Session;
  readonly membership: Membership;
  readonly caller: Caller;
}

/** For a handler of a route about a workspace. */
export const CurrentMember = createParamDecorator((_data: unknown, context: ExecutionContext): WorkspaceCaller => {
  const { session, membership, caller } = requestOf(context).context;
  if (!session || !membership) throw new Error('A handler without a membership asked for it.');
  return { session, membership, caller };
});

/** Address, user agent and ids of the request. */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller => requestOf(context).context.caller,
);
