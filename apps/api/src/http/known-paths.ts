import { AppError } from '@calkeep/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';

/**
 * Tells a path that does not exist (404) from one that exists for other methods (405 with `Allow`,
 * RFC 9110, section 15.5.6). Asked only when the router found nothing, so it costs real routes nothing.
 */
export class KnownPaths {
  readonly #methods = new Map<string, Set<string>>();
  readonly #router = findMyWay();

  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) this.#add(url, name);
    });
  }

  /** Whether no route takes the request. The router gives `/contacts/` to `/contacts/:id`; this API does not. */
  isUnrouted(request: FastifyRequest): boolean {
    return request.is404 || hasEmptyParameter(request.params);
  }

  /** The refusal that a request without a route deserves. */
  refusal(request: FastifyRequest): AppError {
    const path = (request.raw.url ?? '').split('?', 1)[0] ?? '';
    const found = this.#router.find('GET', path);
    const methods = found?.store as ReadonlySet<string> | undefined;
    if (!methods || hasEmptyParameter(found?.params) || methods.has(request.method)) return new AppError('not_found');
    return new AppError('method_not_allowed', { headers: { Allow: [...methods].sort().join(', ') } });
  }

  #add(url: string, method: string): void {
    const known = this.#methods.get(url);
    if (known) {
      known.add(method);
      return;
    }
    const methods = new Set([method]);
    this.#methods.set(url, methods);
    this.#router.on('GET', url, () => undefined, methods);
  }
}

/** The rest of a path, which a wildcard takes, may be empty. */
function hasEmptyParameter(params: unknown): boolean {
  return Object.entries(params ?? {}).some(([name, value]) => value === '' && name !== '*');
}
