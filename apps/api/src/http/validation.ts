import type { ErrorDetail } from '@calkeep/contract';
import { AppError } from '@calkeep/platform';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { z } from 'zod';
import { shortened, unknownField } from './unknown-field.js';

const detailsMax = 20;

/**
 * Step 6b: the schemas in the handlers' parameters (`@Query({ schema })`) are zod's, and what they find is told
 * field by field. A path names fields, never values.
 */
class StrictValidationPipe extends StandardSchemaValidationPipe {
  /** Nest would drop `__proto__`, `prototype` and `constructor` here; the schemas refuse them, as any unknown field. */
  protected override stripProtoKeys(): void {}
}

export const validationPipe = new StrictValidationPipe({
  exceptionFactory: (issues) =>
    new AppError('invalid_request', { details: issues.flatMap(describe).slice(0, detailsMax) }),
});

type Issue = z.core.$ZodIssue | { readonly message: string; readonly path?: unknown };

function describe(issue: Issue): ErrorDetail[] {
  const path = pathOf(issue.path);
  if (!('code' in issue)) return [{ path, code: 'invalid', message: issue.message }];
  if (issue.code !== 'unrecognized_keys') return [{ path, code: issue.code, message: issue.message }];
  return issue.keys.map((key) => unknownField(path === '' ? key : `${path}.${key}`));
}

function pathOf(path: unknown): string {
  return Array.isArray(path) ? shortened(path.map(String).join('.')) : '';
}
