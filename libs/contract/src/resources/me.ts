import { z } from 'zod';
import { instant, publicId } from '../common.js';
import { planCodes } from '../plans.js';
import { scopes } from '../scopes.js';

const requestLimit = z.strictObject({ requests: z.int(), windowSeconds: z.int() });

/** What a token can learn of itself: the self-test of an integration. */
export const meData = z.strictObject({
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
});
export type Me = z.output<typeof meData>;
