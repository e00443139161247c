import { useQueryClient } from '@tanstack/react-query';
import { announceSession } from '../../api/session-channel.js';
import { sessionQuery } from '../../api/session.js';

/** Reads the session that has just begun, and tells the other tabs of it. */
export function useEnter(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    const session = await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
    announceSession(session?.user.id ?? null);
  };
}
