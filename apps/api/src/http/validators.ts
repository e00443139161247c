import type { FastifyReply, FastifyRequest } from 'fastify';
import { entityTagOf, matchesWeakly, parseEntityTags } from './entity-tag.js';

const notModified = 304;

/**
 * Step 8, before the envelope: an answer of the public API that is one object carries its entity tag, and one that the
 * caller has already is 304 (RFC 9110, section 13.1.2). The tag is of the data; the request id around it is no part of
 * the object.
 * @returns whether the caller has it already.
 */
export function setEntityTag(request: FastifyRequest, reply: FastifyReply, data: string): boolean {
  if (!isOfOneObject(request, reply)) return false;
  const tag = entityTagOf(data);
  reply.header('ETag', tag);
  const condition =
    request.method === 'GET' || request.method === 'HEAD' ? request.headers['if-none-match'] : undefined;
  // What is no list of tags asks for nothing: the whole answer is always right.
  const tags = condition === undefined ? null : parseEntityTags(condition);
  if (tags === null || !matchesWeakly(tags, tag)) return false;
  reply.code(notModified).removeHeader('content-type').removeHeader('content-length');
  return true;
}

/** What a GET of `:id` answers, and a PATCH of it or the POST that made it. */
function isOfOneObject(request: FastifyRequest, reply: FastifyReply): boolean {
  const { url, config } = request.routeOptions;
  if (config.access?.kind !== 'token') return false;
  return url?.endsWith('/:id') === true ? reply.statusCode === 200 : reply.statusCode === 201;
}
