import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * JSON text of an answer's data, made by PostgreSQL. Handlers return it in the place of an object, and it
 * goes into the envelope as it is.
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
  return `{"success":true,"data":${payload},"meta":${JSON.stringify(context.meta)}}`;
}
