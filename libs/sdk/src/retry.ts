import { ApiError, ConnectionError, TimeoutError, UnexpectedAnswerError } from './errors.js';

export interface RetryPolicy {
  /** Tries after the first. */
  retriesMax: number;
  /** A longer `Retry-After` is not waited for: the call fails and says how long it would have been. */
  waitSecondsMax: number;
}

const firstDelayMs = 250;
const delayMsMax = 8_000;

/** Statuses of gateways on the way, which know nothing of this API. */
const gatewayStatuses = [502, 503, 504];

/**
 * How long to wait before the next try, or `undefined` for an error that a further try does not mend.
 * @param isRepeatable whether doing it twice is as good as once: reads, and whatever carries an idempotency key.
 */
export function retryDelayMs(
  error: unknown,
  { tried, isRepeatable, policy }: { tried: number; isRepeatable: boolean; policy: RetryPolicy },
): number | undefined {
  if (tried > policy.retriesMax || !isWorthRetrying(error, isRepeatable)) return undefined;
  const told = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  if (told === undefined) return backoffMs(tried);
  return told <= policy.waitSecondsMax ? told * 1000 : undefined;
}

function isWorthRetrying(error: unknown, isRepeatable: boolean): boolean {
  // What a limit refused was not begun.
  if (error instanceof ApiError && error.code === 'rate_limited') return true;
  if (!isRepeatable) return false;
  if (error instanceof ConnectionError || error instanceof TimeoutError) return true;
  if (error instanceof UnexpectedAnswerError) return gatewayStatuses.includes(error.status);
  if (!(error instanceof ApiError)) return false;
  return error.status === 503 || error.status === 408 || error.code === 'idempotency_in_progress';
}

/** Twice as long each time, and by chance, so that clients that failed together do not come back together. */
function backoffMs(tried: number): number {
  return Math.min(firstDelayMs * 2 ** (tried - 1), delayMsMax) * (0.5 + Math.random() / 2);
}
