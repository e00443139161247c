import { z } from 'zod';
import { errorCatalogue, type ErrorCode } from './error-codes.js';

export const apiVersion = 'v1';

export const meta = z
  .strictObject({
    apiVersion: z.literal(apiVersion),
    requestId: z.string().regex(/^req_[0-9a-z]{26}$/),
    clientRequestId: z.string().optional(),
  })
  .meta({ id: 'Meta', examples: [{ apiVersion: 'v1', requestId: 'req_01m83fwzmjfk09ngxh6rkb41v0' }] });
export type Meta = z.output<typeof meta>;

/** One thing that is wrong with a body or a query. It names the field and never repeats its value. */
export const errorDetail = z
  .strictObject({ path: z.string(), code: z.string(), message: z.string() })
  .meta({ id: 'ErrorDetail' });
export type ErrorDetail = z.output<typeof errorDetail>;

const errorCodes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];
const errorCode = z
  .enum(errorCodes)
  .meta({ id: 'ErrorCode', description: 'Codes are never renamed and never change their status.' });

export const errorEnvelope = z
  .strictObject({
    success: z.literal(false),
    error: z.strictObject({
      code: errorCode,
      message: z.string(),
      requestId: z.string(),
      /** Absolute URL of the code's page. */
      docs: z.url(),
      details: z.union([z.array(errorDetail), z.record(z.string(), z.unknown())]).optional(),
    }),
    meta,
  })
  .meta({ id: 'Error' });
export type ErrorEnvelope = z.output<typeof errorEnvelope>;

export function successEnvelope<T extends z.ZodType>(data: T) {
  return z.strictObject({ success: z.literal(true), data, meta });
}
