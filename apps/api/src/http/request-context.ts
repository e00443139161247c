import { apiVersion, newId, type Meta } from '@calkeep/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerAddress } from './caller-address.js';
import type { Admission, Caller, Limited } from './credential-resolver.js';
import type { Membership, Session } from './session.js';

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext;
  }
}

/** What is known of a request on its way: filled step by step, read by the answer and the log. */
export class RequestContext {
  /** Set once the credential was found good. */
  admission: Admission | Limited | undefined;
  /** Set on routes of the app API that ask for a session. */
  session: Session | undefined;
  /** Set on routes of the app API about a workspace. */
  membership: Membership | undefined;
  /** The answer is complete as it is: an error, or a format of operations. */
  isAnswerComplete = false;
  /** The answer's data is JSON of PostgreSQL's that has still to be finished. */
  isUnfinished = false;

  constructor(
    readonly requestId: string,
    /** The caller's own id for this request, if it sent a well-formed one. */
    readonly clientRequestId: string | undefined,
    /** Where the request comes from: the peer, or what a trusted proxy says of it. */
    readonly address: string,
    readonly userAgent: string | undefined,
  ) {}

  get caller(): Caller {
    const { address, requestId, clientRequestId = null, userAgent = null } = this;
    return { address, requestId, clientRequestId, userAgent };
  }

  get meta(): Meta {
    const { requestId, clientRequestId } = this;
    return clientRequestId === undefined ? { apiVersion, requestId } : { apiVersion, requestId, clientRequestId };
  }
}

/** What the audit log keeps of it. */
const userAgentLengthMax = 256;
const clientRequestIdPattern = /^[A-Za-z0-9._:-]{1,128}$/;

/** Step 1: the request gets its id and its context, and every answer the headers that all answers carry. */
export function openContext(request: FastifyRequest, reply: FastifyReply): void {
  const sent = request.headers['x-request-id'];
  const clientRequestId = typeof sent === 'string' && clientRequestIdPattern.test(sent) ? sent : undefined;
  const userAgent = request.headers['user-agent']?.slice(0, userAgentLengthMax);
  request.context = new RequestContext(request.id, clientRequestId, callerAddress(request.ip), userAgent);
  reply.header('X-CalKeep-Request-Id', request.id);
  reply.header('X-Content-Type-Options', 'nosniff');
  if (clientRequestId !== undefined) reply.header('X-Request-Id', clientRequestId);
}

/** Fastify's genReqId: `req_` and a UUIDv7, so that ids sort by time. */
export function newRequestId(): string {
  return newId('request');
}
