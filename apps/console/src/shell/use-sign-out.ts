import { useMutation } from '@tanstack/react-query';
import { callWithoutAnswer } from '../api/call.js';
import { announceSession } from '../api/session-channel.js';

/** Ends the session. A page is loaded anew, so nothing that was read in this one stays in memory. */
export function useSignOut(next = '/sign-in') {
  return useMutation({
    mutationFn: () => callWithoutAnswer('/app/auth/sign-out', { method: 'POST', isChallenged: false }),
    onSettled: () => {
      announceSession(null);
      window.location.assign(next);
    },
  });
}
