import type { Scope } from '@calkeep/contract';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/**
 * Invariant: every route says who may call it. One that does not stops the boot, so nothing passes
 * because a decorator was forgotten.
 */
export type Access =
  | { readonly kind: 'token'; readonly scopes: readonly Scope[] }
  | { readonly kind: 'public'; readonly isEnveloped: boolean };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** A route of the public API for tokens that carry all of these scopes. */
export const RequireScopes = (scope: Scope, ...more: Scope[]) => declare({ kind: 'token', scopes: [scope, ...more] });

/** A route of the public API for every good token, whatever its scopes. */
export const AnyToken = () => declare({ kind: 'token', scopes: [] });

/** A route without a credential. Operations' own formats go without the envelope. */
export const Public = ({ isEnveloped = true } = {}) => declare({ kind: 'public', isEnveloped });

function declare(access: Access) {
  return RouteConfig({ access });
}

/** @throws Error while the routes are being registered, which is during boot. */
export function refuseUndeclaredRoutes(server: FastifyInstance): void {
  server.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined)
      throw new Error(`The route ${String(method)} ${url} does not declare its access.`);
  });
}
