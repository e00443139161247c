import { errorEnvelope, type ErrorEnvelope } from '@calkeep/contract';

type Details = ErrorEnvelope['error']['details'];

/** A refusal of the server, or no answer at all (`unreachable`). */
export class ApiError extends Error {
  readonly code: ErrorEnvelope['error']['code'] | 'unreachable';
  readonly status: number;
  readonly details: Details;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(
    code: ApiError['code'],
    message: string,
    { status = 0, details, requestId = null, retryAfterSeconds = null, cause }: ApiErrorOptions = {},
  ) {
    super(message, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** What is wrong with one field of a body, if that was told. */
  get fields(): Record<string, string> {
    if (!Array.isArray(this.details)) return {};
    return Object.fromEntries(this.details.map(({ path, message }) => [path.split('.')[0] ?? path, message]));
  }
}

interface ApiErrorOptions {
  readonly status?: number;
  readonly details?: Details;
  readonly requestId?: string | null;
  readonly retryAfterSeconds?: number | null;
  readonly cause?: unknown;
}

/** @param body whatever was answered; a proxy in between may have answered in its own way. */
export function apiErrorOf(response: Response, body: unknown): ApiError {
  const parsed = errorEnvelope.safeParse(body);
  const retryAfter = Number(response.headers.get('Retry-After'));
  const retryAfterSeconds = Number.isInteger(retryAfter) && retryAfter > 0 ? retryAfter : null;
  if (!parsed.success) {
    return new ApiError('unreachable', `The server answered ${response.status} in a way that is not its own.`, {
      status: response.status,
      retryAfterSeconds,
    });
  }
  const { code, message, requestId, details } = parsed.data.error;
  return new ApiError(code, message, { status: response.status, details, requestId, retryAfterSeconds });
}
