export { CalKeep, type CalKeepOptions } from './calkeep.js';
export { Call, type AnswerInfo, type RateLimit } from './call.js';
export type { CallOptions, CreateOptions, Query, UpdateOptions } from './client.js';
export {
  ApiError,
  AuthenticationError,
  CalKeepError,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  PreconditionFailedError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnexpectedAnswerError,
  type ErrorDetail,
} from './errors.js';
export { List, type Page } from './list.js';
export { operations } from './generated/operations.js';
export type { Operation } from './operation.js';
export type { Request } from './transport.js';
export type * from './types.js';
