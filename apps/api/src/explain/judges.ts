import type { ErrorCode, ExplainBody, ExplainLayer, ExplainVerdict } from '@calkeep/contract';
import { AppError } from '@calkeep/platform';
import { missingScopes, type Access } from '../http/access.js';
import type { Admission } from '../http/credential-resolver.js';
import { allowedMethods, type KnownPath } from '../http/known-paths.js';
import { refuseMalformedTarget } from '../http/strict-request.js';

/** A call that is not made, and what is known of it. */
export interface ExplainedCall extends ExplainBody {
  /** What the path is; `null` for one that does not exist. */
  readonly known: KnownPath | null;
  /** What the route of this method asks for. */
  readonly access: Access | null;
  /** Of the call that asks, by the same token and from the same address. */
  readonly admission: Admission;
}

interface Judgement {
  readonly verdict: ExplainVerdict;
  readonly note: string;
  readonly refusal?: { readonly status: number; readonly code: ErrorCode };
}

/** One judge a layer, each asked when none before it refused. What the call itself would bring is not judged. */
export const judges: Record<ExplainLayer, (call: ExplainedCall) => Judgement> = {
  target: ({ path }) => {
    try {
      refuseMalformedTarget(path);
      return passes('The request target is well-formed.');
    } catch (error) {
      if (error instanceof AppError) return refuses(error);
      throw error;
    }
  },
  route: ({ known }) =>
    known ? passes('The path is one of the API.') : refuses(new AppError('not_found'), 'No route has this path.'),
  method: ({ known, access }) =>
    access
      ? passes('The path has this method.')
      : refuses(new AppError('method_not_allowed'), `The path has ${known ? allowedMethods(known).join(', ') : ''}.`),
  credential: ofToken(() => passes('The token that asks is good.')),
  plan: ofToken(() => passes("The workspace's plan includes API tokens.")),
  allowlist: ofToken(() => passes('The token may be used from the address that asks.')),
  limits: ofToken(({ admission: { token, workspace } }) =>
    Math.min(token.remaining, workspace.remaining) > 0
      ? passes('Each limit has a request left after this one.')
      : refuses(new AppError('rate_limited')),
  ),
  scope: ofToken(({ access, admission: { principal } }) => {
    if (access?.kind !== 'token' || access.scopes.length === 0) return notApplied('The route asks for no scope.');
    const missing = missingScopes(access, principal);
    return missing.length === 0
      ? passes('The token has every scope that the route asks for.')
      : refuses(new AppError('insufficient_scope'), `The token lacks ${missing.join(', ')}.`);
  }),
  query: ({ method, path }) =>
    isRead(method)
      ? notChecked('Unknown, repeated and malformed parameters are refused with 400.')
      : path.includes('?')
        ? notChecked('This method takes no parameters: any is refused with 400.')
        : passes('There is none.'),
  body: ({ method }) =>
    isRead(method)
      ? notApplied('A body, if there is one, is not read.')
      : notChecked('A JSON object (application/json) of at most 256 KiB; what is not valid is refused with 400.'),
  object: ({ known }) =>
    known?.hasParameters === true
      ? notChecked('What is not there, or is not this workspace’s, is 404.')
      : notApplied('The path names no object.'),
};

/** For layers that only routes with a token have. */
function ofToken(judge: (call: ExplainedCall) => Judgement): (call: ExplainedCall) => Judgement {
  return (call) => (call.access?.kind === 'token' ? judge(call) : notApplied('The route asks for no token.'));
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function passes(note: string): Judgement {
  return { verdict: 'passes', note };
}

function refuses({ status, code, message }: AppError, note: string = message): Judgement {
  return { verdict: 'refuses', note, refusal: { status, code } };
}

function notApplied(note: string): Judgement {
  return { verdict: 'not_applied', note };
}

function notChecked(note: string): Judgement {
  return { verdict: 'not_checked', note };
}
