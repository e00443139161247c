import { z } from 'zod';
import { errorCatalogue, type ErrorCode } from './error-codes.js';

export const apiVersion = 'v1';

export const meta = z.strictObject({
  apiVersion: z.literal(apiVersion),
  requestId: z.string().regex(/^req_[0-9a-z]{26}$/),
  clientRequestId: z.string().optional(),
});
export type Meta = z.output<typeof meta>;

/** One thing that is wrong with a body or a query. It names the field and never repeats its value. */
export const errorDetail = z.strictObject({ path: z.string(), code: z.string(), message: z.string() });
export type ErrorDetail = z.output<typeof errorDetail>;

const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

export const errorEnvelope = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({
    code: z.enum(errorCodes),
    message: z.string(),
    requestId: z.string(),
    details: z.union([z.array(errorDetail), z.record(z.string(), z.unknown())]).optional(),
  }),
  meta,
});
export type ErrorEnvelope = z.output<typeof errorEnvelope>;

export function successEnvelope<T extends z.ZodType>(data: T) {
  return z.strictObject({ success: z.literal(true), data, meta });
}
