import { errorPagePath, type ErrorEnvelope } from '@calkeep/contract';
import { databaseFailure } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { jsonContentType } from './envelope.js';
import { newRequestId, openContext } from './request-context.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Of this server, as callers know it: pages of errors are below it. */
    publicUrl: string;
  }
}

/** Fastify's own refusals, by its codes. What is not named here and has a 4xx status is a bad request. */
const fastifyCodes: Record<string, ConstructorParameters<typeof AppError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_request', { message: 'The body is empty.' }],
  FST_ERR_BAD_URL: ['invalid_request', { message: 'The request target is not valid.' }],
};

/** What a caller is told of anything that was thrown. The rest of it is for the log alone. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error && 'code' in error) {
    const known = fastifyCodes[String(error.code)];
    if (known) return new AppError(known[0], { ...known[1], cause: error });
    if ('statusCode' in error && Number(error.statusCode) >= 400 && Number(error.statusCode) < 500)
      return new AppError('invalid_request', { cause: error });
  }
  return databaseFailure(error) ?? new AppError('internal_error', { cause: error });
}

/** Answers with an error in the envelope; whatever had been prepared of another answer is dropped. */
export function sendError(request: FastifyRequest, reply: FastifyReply, thrown: unknown): void {
  // Errors of the router come before any hook has run.
  if (!request.context) openContext(request, reply);
  const error = toAppError(thrown);
  if (error.status >= 500) request.log.error({ requestId: request.id, err: thrown }, 'request failed');
  request.context.isAnswerComplete = true;
  reply
    .code(error.status)
    .headers(error.headers)
    .type(jsonContentType)
    .send(JSON.stringify(errorEnvelope(error, request.context.meta, request.server.publicUrl)));
}

export function errorEnvelope(
  { code, message, details }: AppError,
  meta: ErrorEnvelope['meta'],
  publicUrl: string,
): ErrorEnvelope {
  const { requestId } = meta;
  const docs = errorPage(code, publicUrl);
  return { success: false, error: { code, message, requestId, docs, ...(details && { details }) }, meta };
}

/** Addresses of error pages by `publicUrl`, then by code. Made once: there are few, and parsing a URL is a cost of each refusal. */
const errorPages = new Map<string, Map<string, string>>();

function errorPage(code: AppError['code'], publicUrl: string): string {
  const pages = errorPages.get(publicUrl) ?? new Map<string, string>();
  errorPages.set(publicUrl, pages);
  const page = pages.get(code) ?? new URL(errorPagePath(code), publicUrl).href;
  pages.set(code, page);
  return page;
}

/**
 * The whole HTTP response to bytes that are not a request (RFC 9112, section 9.5 and 11.2): written to the
 * socket by hand, because there is no request object to answer.
 */
export function rawErrorResponse(code: string | undefined, publicUrl: string): string {
  const error = new AppError(
    code === 'HPE_HEADER_OVERFLOW'
      ? 'headers_too_large'
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request_timeout'
        : 'invalid_request',
  );
  const requestId = newRequestId();
  const body = JSON.stringify(errorEnvelope(error, { apiVersion: 'v1', requestId }, publicUrl));
  return [
    `HTTP/1.1 ${error.status} ${reasons[error.status] ?? 'Error'}`,
    `Content-Type: ${jsonContentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-CalKeep-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

const reasons: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};
