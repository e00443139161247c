import { ApiError } from '../api/api-error.js';
import { messageOf } from './error-state.js';

/** What to say at a code's field; nothing without an error. @param wrong what to say of a wrong code */
export function codeRefusal(error: unknown, wrong: string): string | null {
  if (error === null || error === undefined) return null;
  return error instanceof ApiError && error.code === 'invalid_code' ? wrong : messageOf(error);
}
