import type { ErrorEnvelope } from '@calkeep/contract';

const requestId = 'req_01m82nw2zbe008ytd69596mhp2';

/** As the server refuses, for a page that is to be seen in trouble. */
export function refusalAt(status: number): { status: number; json: ErrorEnvelope } {
  return {
    status,
    json: {
      success: false,
      error: {
        code: 'rate_limited',
        message: 'Not now.',
        requestId,
        docs: 'https://api.test/docs/errors/rate_limited',
      },
      meta: { apiVersion: 'v1', requestId },
    },
  };
}
