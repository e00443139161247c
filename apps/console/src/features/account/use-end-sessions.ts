import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callWithoutAnswer } from '../../api/call.js';
import { notifyDone } from '../../components/notify.js';

export const sessionsKey = ['own-sessions'];

/** Takes the path's end: `/:id`, or nothing for all others. @param done what is said afterwards. */
export function useEndSessions(done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pathEnd: string) => callWithoutAnswer(`/app/auth/sessions${pathEnd}`, { method: 'DELETE' }),
    onSuccess: () => notifyDone(done),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
}
