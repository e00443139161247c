import { z } from 'zod';

export const leakedTokensMax = 100;
const textLengthMax = 200;

/** Whatever somebody found that may be a token. */
export const tokenRevocationsBody = z.strictObject({
  tokens: z.array(z.string().max(textLengthMax)).min(1).max(leakedTokensMax),
});
export type TokenRevocationsBody = z.output<typeof tokenRevocationsBody>;

/** The same, whatever was found among them. */
export const tokenRevocationsData = z.strictObject({ received: z.int() });

/** An alert of GitHub's secret scanning partner program; what else it may come to hold is passed over. */
export const secretScanningBody = z.array(
  z.object({
    token: z.string(),
    type: z.string().default(''),
    url: z.string().default(''),
    source: z.string().default(''),
  }),
);
export type SecretScanningBody = z.output<typeof secretScanningBody>;

export const secretScanningData = z.strictObject({ received: z.int(), revoked: z.int() });
