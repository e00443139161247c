import type { Answer } from './client.js';

/** An answer without what tells one request from the next: ids, the time, and what is left of the limits. */
export function comparable(answer: Answer | undefined) {
  if (!answer) throw new Error('there is no answer to compare');
  const { status, headers, text } = answer;
  const changing = ['x-calkeep-request-id', 'date', 'ratelimit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
  const kept = Object.entries(headers).filter(([name]) => !changing.includes(name));
  const requestId = String(headers['x-calkeep-request-id']);
  return { status, headers: Object.fromEntries(kept), text: text.replaceAll(requestId, 'req') };
}
