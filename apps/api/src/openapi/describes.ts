import type { ErrorCode } from '@calkeep/contract';
import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/** Headers of requests that not every route takes. */
export type RequestHeader = 'Idempotency-Key' | 'If-Match' | 'If-None-Match';

/** What the OpenAPI document says of a route beyond what its other decorators say already. */
export interface Description {
  /** operationId: unique, never renamed, since clients are generated from it. */
  readonly id: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Markdown. */
  readonly details?: string;
  /** `data` of a success, or the whole body where there is no envelope; `null` for an answer without a body. */
  readonly answer: z.ZodType | null;
  /** What it may refuse beyond that which every route of its kind does. */
  readonly refusals?: readonly ErrorCode[];
  readonly takes?: readonly RequestHeader[];
  /** Answers with `Link`. */
  readonly isList?: true;
  /** Bodies that work as they stand, by what they show. */
  readonly examples?: Readonly<Record<string, object>>;
  /** Of a body without an envelope; JSON without it. */
  readonly mediaType?: string;
}

export const descriptionKey = Symbol('description of a route');

/** Every route that is not the console's has one: a test fails for one that does not. */
export const Describes = (description: Description): MethodDecorator => SetMetadata(descriptionKey, description);
