import { secondFactorsData } from '@calkeep/contract';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import { useRefreshSession } from '../../api/session.js';

export const secondFactorsQuery = queryOptions({
  queryKey: ['second-factors'],
  queryFn: ({ signal }) => call(secondFactorsData, '/app/auth/mfa', { signal }),
});

/** After a change of factors: what the session says of them changes too. */
export function useRefreshFactors(): () => Promise<void> {
  const client = useQueryClient();
  const refreshSession = useRefreshSession();
  return async () => {
    await Promise.all([client.invalidateQueries({ queryKey: secondFactorsQuery.queryKey }), refreshSession()]);
  };
}
