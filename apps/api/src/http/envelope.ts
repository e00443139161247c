import { Readable } from 'node:stream';
import { finishedBytes } from '@calkeep/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setEntityTag } from './validators.js';

/**
 * JSON text of an answer's data, made by PostgreSQL. Handlers return it in the place of an object, and it
 * goes into the envelope as it is; that of a list unfinished.
 */
export type JsonText = string & { readonly __jsonText: unique symbol };

export function jsonText(text: string): JsonText {
  return text as JsonText;
}

export const jsonContentType = 'application/json; charset=utf-8';

/**
 * Step 8: puts the data of a successful answer into the envelope. It works on the serialised text, so
 * data that is JSON already is not parsed to be written again.
 */
export function wrapInEnvelope(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const { context } = request;
  if (context.isAnswerComplete || typeof payload !== 'string' || reply.statusCode === 204) return payload;
  if (setEntityTag(request, reply, payload)) return nothing(request);
  const text = `{"success":true,"data":${payload},"meta":${JSON.stringify(context.meta)}}`;
  return context.isUnfinished ? finishedBytes(text) : text;
}

/** For HEAD Fastify measures what would have been sent, unless it is a stream: a 304 has no length of its own (RFC 9110, section 8.6). */
function nothing(request: FastifyRequest): Readable | null {
  return request.method === 'HEAD' ? Readable.from([]) : null;
}
