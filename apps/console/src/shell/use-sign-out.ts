import { useMutation } from '@tanstack/react-query';
import { challengeOf } from '../api/challenges.js';
import { callWithoutAnswer } from '../api/call.js';
import { announceSession } from '../api/session-channel.js';
import { notifyFailure } from '../components/notify.js';

/** Ends the session. A page is loaded anew, so nothing that was read in this one stays in memory. */
export function useSignOut(next = '/sign-in') {
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      announceSession(null);
      window.location.assign(next);
    },
    // Whoever believes to be signed out walks away.
    onError: notifyFailure,
  });
}

async function signOut(): Promise<void> {
  try {
    await callWithoutAnswer('/app/auth/sign-out', { method: 'POST', isChallenged: false });
  } catch (error) {
    // It had ended before.
    if (challengeOf(error) !== 'sign-in') throw error;
  }
}
