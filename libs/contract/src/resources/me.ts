import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { planCodes } from '../plans.js';
import { scopes } from '../scopes.js';

const requestLimit = z.strictObject({ requests: z.int(), windowSeconds: z.int() });

/** What a token can learn of itself: the self-test of an integration. */
export const meData = z
  .strictObject({
    token: z.strictObject({
      id: publicId('apiToken'),
      label: z.string(),
      displayPrefix: z.string(),
      scopes: z.array(z.enum(scopes)),
      mode: z.enum(['live', 'test']),
      expiresAt: instant.nullable(),
    }),
    workspace: z.strictObject({ id: publicId('workspace'), name: z.string(), plan: z.enum(planCodes) }),
    issuer: z.strictObject({ id: publicId('user'), name: z.string() }).nullable(),
    limits: z.strictObject({ token: requestLimit, workspace: requestLimit }),
  })
  .meta({
    id: 'Me',
    description: 'What a token can learn of itself.',
    examples: [
      {
        token: {
          id: 'tok_01m83fwg0yf278kffh14p2js9x',
          label: 'Contacts read-only',
          displayPrefix: 'ck_live_0ure',
          scopes: ['contacts:read'],
          mode: 'live',
          expiresAt: null,
        },
        workspace: { id: 'ws_01hnwss3w0fh487er359c9ba4b', name: 'Acme', plan: 'business' },
        issuer: { id: 'usr_01m83fwfy1f278kfez00wpasg8', name: 'Ada Whitfield' },
        limits: { token: { requests: 120, windowSeconds: 60 }, workspace: { requests: 600, windowSeconds: 60 } },
      },
    ],
  });
export type Me = z.output<typeof meData>;
