import { AppError } from '@calkeep/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import type { Access } from './access.js';
import { routerOptions } from './router-options.js';

/** A path that the server has, whatever the method. */
export interface KnownPath {
  /** With its parameters' names: `/api/v1/contacts/:id`. */
  readonly pattern: string;
  /** By method; `HEAD` beside `GET`. */
  readonly methods: ReadonlyMap<string, Access>;
  readonly hasParameters: boolean;
}

/**
 * The route table as the server has it, by path: tells a path that does not exist (404) from one that exists for
 * other methods (405 with `Allow`, RFC 9110, section 15.5.6). Asked only when the router found nothing, or
 * by who wants to know, so it costs real routes nothing.
 */
export class KnownPaths {
  readonly #methods = new Map<string, Map<string, Access>>();
  readonly #router = findMyWay(routerOptions);

  /** Must come before the routes are registered, and after `refuseUndeclaredRoutes`. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ method, url, config }) => {
      const access = config?.access;
      if (access) for (const name of [method].flat()) this.#add(url, name, access);
    });
  }

  /** @param path without its query, percent-encoded as sent. */
  find(path: string): KnownPath | null {
    const found = this.#router.find('GET', path);
    const known = found?.store as Pick<KnownPath, 'pattern' | 'methods'> | undefined;
    if (!found || !known || hasEmptyParameter(found.params)) return null;
    return { ...known, hasParameters: Object.keys(found.params).length > 0 };
  }

  /** Whether no route takes the request. The router gives `/contacts/` to `/contacts/:id`; this API does not. */
  isUnrouted(request: FastifyRequest): boolean {
    return request.is404 || hasEmptyParameter(request.params);
  }

  /** The refusal that a request without a route deserves. */
  refusal(request: FastifyRequest): AppError {
    const known = this.find((request.raw.url ?? '').split('?', 1)[0] ?? '');
    if (!known || known.methods.has(request.method)) return new AppError('not_found');
    return new AppError('method_not_allowed', { headers: { Allow: allowedMethods(known).join(', ') } });
  }

  #add(pattern: string, method: string, access: Access): void {
    const known = this.#methods.get(pattern);
    if (known) {
      known.set(method, access);
      return;
    }
    const methods = new Map([[method, access]]);
    this.#methods.set(pattern, methods);
    this.#router.on('GET', pattern, () => undefined, { pattern, methods });
  }
}

export function allowedMethods({ methods }: KnownPath): string[] {
  return [...methods.keys()].sort();
}

/** The rest of a path, which a wildcard takes, may be empty. */
function hasEmptyParameter(params: unknown): boolean {
  return Object.entries(params ?? {}).some(([name, value]) => value === '' && name !== '*');
}
