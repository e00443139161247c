import { z } from 'zod';
import { scopes } from '../scopes.js';

/** Those of RFC 9110 that a request to this API can have. */
export const explainMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const;

const pathLengthMax = 8_192;

/** A call as it would be made: the path as it would be sent, percent-encoded, with its query if it has one. */
export const explainBody = z
  .strictObject({
    method: z.enum(explainMethods),
    path: z
      .string()
      .max(pathLengthMax)
      .regex(/^\/api\/[!-~]*$/, 'must be a path of the public API, as it is sent: /api/v1/…, percent-encoded'),
  })
  .meta({ id: 'ExplainRequest' });
export type ExplainBody = z.output<typeof explainBody>;

/** What can refuse a call, in the order in which it does. */
export const explainLayers = [
  'target',
  'route',
  'method',
  'credential',
  'plan',
  'allowlist',
  'limits',
  'scope',
  'query',
  'body',
  'object',
] as const;
export type ExplainLayer = (typeof explainLayers)[number];

/**
 * `passes`: would let the call go on. `refuses`: would answer it. `not_reached`: a layer before refuses.
 * `not_applied`: the route has nothing of the kind. `not_checked`: depends on what only the call itself brings.
 */
export const explainVerdicts = ['passes', 'refuses', 'not_reached', 'not_applied', 'not_checked'] as const;
export type ExplainVerdict = (typeof explainVerdicts)[number];

/** What is left of a limit after this very call, which is charged as any other. */
const limitState = z.strictObject({
  requests: z.int(),
  windowSeconds: z.int(),
  remaining: z.int(),
  /** Whole seconds until it is full again. */
  resetSeconds: z.int(),
});

export const explainData = z.strictObject({
  explanation: z
    .strictObject({
      /** `admitted`: the call would reach its handler, if its query and body are valid. */
      outcome: z.enum(['admitted', 'refused']),
      /** How the call would be answered; `null` when it is admitted. */
      refusal: z.strictObject({ layer: z.enum(explainLayers), status: z.int(), code: z.string() }).nullable(),
      /** The pattern of the route that the path belongs to; `null` when there is none. */
      route: z.string().nullable(),
      /** The methods that the path has. */
      allowedMethods: z.array(z.string()),
      requiredScopes: z.array(z.enum(scopes)),
      missingScopes: z.array(z.enum(scopes)),
      limits: z.strictObject({ token: limitState, workspace: limitState }),
      layers: z.array(
        z.strictObject({ layer: z.enum(explainLayers), verdict: z.enum(explainVerdicts), note: z.string() }),
      ),
    })
    .meta({ id: 'Explanation' }),
});
export type Explain = z.output<typeof explainData>;
