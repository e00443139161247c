import { AppError } from '@calkeep/platform';

/** What a plan allows of something, and what there is or, for what comes at once, would be. */
export interface Ceiling {
  readonly resource: string;
  readonly limit: number;
  readonly used: number;
}

export function quotaExceeded({ resource, limit, used }: Ceiling): AppError {
  return new AppError('quota_exceeded', { details: { resource, limit, used } });
}
