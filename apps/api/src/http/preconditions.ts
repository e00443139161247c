import { AppError } from '@calkeep/platform';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { entityTagOf, matchesStrongly, matchesWeakly, parseEntityTags, type EntityTags } from './entity-tag.js';

/**
 * The conditions under which a request wants to change an object (RFC 9110, section 13). Whoever changes it asks
 * `refuse` with what the object is, and must then change that and nothing newer.
 */
export class Preconditions {
  readonly #ifMatch: EntityTags | null;
  readonly #ifNoneMatch: EntityTags | null;

  /** @throws AppError `invalid_request`: a condition that is not understood must not be taken for none. */
  constructor(headers: { 'if-match'?: string | undefined; 'if-none-match'?: string | undefined }) {
    this.#ifMatch = tagsOf('If-Match', headers['if-match']);
    this.#ifNoneMatch = tagsOf('If-None-Match', headers['if-none-match']);
  }

  /** Whether it matters what the object is like; that it exists is always asked for. */
  get nameRepresentations(): boolean {
    return (this.#ifMatch !== null && this.#ifMatch !== '*') || this.#ifNoneMatch !== null;
  }

  /** @throws AppError `precondition_failed` unless the request may change the object whose answer has this data. */
  refuse(data: string): void {
    const tag = entityTagOf(data);
    if (this.#ifMatch !== null && !matchesStrongly(this.#ifMatch, tag)) throw new AppError('precondition_failed');
    if (this.#ifNoneMatch !== null && matchesWeakly(this.#ifNoneMatch, tag)) throw new AppError('precondition_failed');
  }
}

/** The conditions of the request, in the handler of a route that changes an object. */
export const CurrentPreconditions = createParamDecorator((_data: unknown, context: ExecutionContext): Preconditions => {
  return new Preconditions(context.switchToHttp().getRequest<FastifyRequest>().headers);
});

function tagsOf(name: string, header: string | undefined): EntityTags | null {
  if (header === undefined) return null;
  const tags = parseEntityTags(header);
  if (tags !== null) return tags;
  throw new AppError('invalid_request', { message: `The header ${name} must be * or a list of entity tags.` });
}
