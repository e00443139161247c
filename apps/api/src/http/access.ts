import type { Role, Scope } from '@calkeep/contract';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyInstance } from 'fastify';

/**
 * Invariant: every route says who may call it. One that does not stops the boot, so nothing passes
 * because a decorator was forgotten.
 */
export type Access = TokenAccess | PublicAccess | SessionAccess;

export interface TokenAccess {
  readonly kind: 'token';
  /** All of these are needed. */
  readonly scopes: readonly Scope[];
}

export interface PublicAccess {
  readonly kind: 'public';
  readonly isEnveloped: boolean;
  /** The handler is given the bytes of the body, of which somebody else's signature speaks. */
  readonly hasRawBody?: true;
  /** A page or a file of the console: people's, so the API's documentation is silent about it. */
  readonly isConsole?: true;
}

/** A route of the app API. Each asks for the proof that the call was not made by a foreign page. */
export interface SessionAccess {
  readonly kind: 'session';
  /** `none`: nobody needs to be signed in. `pending`: the password is enough so far. `complete`: signed in. */
  readonly stage: 'none' | 'pending' | 'complete';
  /** The roles in the workspace that the path's `:ws` names; without it the route is about no workspace. */
  readonly roles?: readonly Role[];
  /** `always`: a recent proof of a second factor. `if-enrolled`: of those who have one; a recovery code will do. */
  readonly recentMfa?: 'always' | 'if-enrolled';
  /** The workspace's plan must include API tokens. */
  readonly needsApiTokens?: true;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** What a credential lacks for a route. `write` does not imply `read`. */
export function missingScopes({ scopes }: TokenAccess, held: { readonly scopes: readonly Scope[] }): Scope[] {
  return scopes.filter((scope) => !held.scopes.includes(scope));
}

/** A route of the public API for tokens that carry all of these scopes. */
export const RequireScopes = (scope: Scope, ...more: Scope[]) => declare({ kind: 'token', scopes: [scope, ...more] });

/** A route of the public API for every good token, whatever its scopes. */
export const AnyToken = () => declare({ kind: 'token', scopes: [] });

/** A route without a credential. Operations' own formats go without the envelope. */
export const Public = ({ isEnveloped = true, hasRawBody = false } = {}) =>
  declare({ kind: 'public', isEnveloped, ...(hasRawBody && { hasRawBody }) });

/** A page of the console, or a file that it loads. */
export const ConsoleFile = () => declare({ kind: 'public', isEnveloped: false, isConsole: true });

/** A route of the app API for whoever is not signed in yet. */
export const Anonymous = () => declare({ kind: 'session', stage: 'none' });

/** A route of the app API on the way through sign-in: a session without its second factor may call it too. */
export const PendingSession = () => declare({ kind: 'session', stage: 'pending' });

/** A route of the app API about the signed-in person. */
export const SignedIn = () => declare({ kind: 'session', stage: 'complete' });

/** A route of the app API below `/app/workspaces/:ws`, for members in one of these roles. */
export const WorkspaceRoles = (role: Role, ...more: Role[]) =>
  declare({ kind: 'session', stage: 'complete', roles: [role, ...more] });

/**
 * THE STEP-UP GUARD. Beside `SignedIn` or `WorkspaceRoles`, below it: the second factor must have been proven in
 * this session within the past 300 s (RFC 9470). `if-enrolled` is for setting up a factor: who has none yet
 * passes, and a recovery code counts.
 */
export const RecentMfa = (when: 'always' | 'if-enrolled' = 'always') => extend({ recentMfa: when });

/** Beside `WorkspaceRoles`: the workspace's plan must include API tokens. */
export const NeedsApiTokens = () => extend({ needsApiTokens: true });

function declare(access: Access): MethodDecorator {
  return (target, key, descriptor) => {
    RouteConfig({ access: { ...access, ...additionsOf(descriptor.value) } })(target, key, descriptor);
  };
}

const additionsKey = Symbol('access additions');

type Additions = Pick<SessionAccess, 'recentMfa' | 'needsApiTokens'>;

/** Decorators run from the handler upwards, but must not depend on it: whichever comes later completes the other. */
function extend(addition: Additions): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    Reflect.defineMetadata(additionsKey, { ...additionsOf(handler), ...addition }, handler);
    const declared = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as { access?: Access } | undefined;
    if (declared?.access) declare(declared.access)(target, key, descriptor);
  };
}

function additionsOf(handler: unknown): Additions {
  return (Reflect.getMetadata(additionsKey, handler as object) as Additions | undefined) ?? {};
}

/** @throws Error while the routes are being registered, which is during boot. */
export function refuseUndeclaredRoutes(server: FastifyInstance): void {
  server.addHook('onRoute', ({ method, url, config }) => {
    const access = config?.access;
    if (access === undefined) throw new Error(`The route ${String(method)} ${url} does not declare its access.`);
    const misfit = misfitOf(url, access);
    if (misfit !== null) throw new Error(`The route ${String(method)} ${url} ${misfit}.`);
  });
}

/** What cannot be meant: a surface without its kind of credential, or a workspace's route without roles. */
function misfitOf(url: string, access: Access): string | null {
  const isApp = url.startsWith('/app/') || url === '/app';
  if (isApp !== (access.kind === 'session')) return 'asks for the credential of another surface';
  if (access.kind !== 'session') return null;
  if (url.startsWith('/app/workspaces/:ws') !== (access.roles !== undefined))
    return 'is about a workspace without naming roles, or the other way round';
  const isExtended = access.recentMfa !== undefined || access.needsApiTokens === true;
  return isExtended && access.stage !== 'complete' ? 'asks more of a session than it asks for a session' : null;
}
