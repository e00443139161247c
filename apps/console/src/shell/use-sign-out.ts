import { useMutation } from '@tanstack/react-query';
import { callWithoutAnswer } from '../api/call.js';
import { announceSession } from '../api/session-channel.js';

/** Ends the session. The page is loaded anew, so nothing that was read in it stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => callWithoutAnswer('/app/auth/sign-out', { method: 'POST', isChallenged: false }),
    onSettled: () => {
      announceSession(null);
      window.location.assign('/sign-in');
    },
  });
}
