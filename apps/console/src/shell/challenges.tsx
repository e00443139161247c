import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { answerChallenges, challenge, type ChallengeKind } from '../api/challenges.js';
import { onSessionElsewhere } from '../api/session-channel.js';
import { sessionQuery } from '../api/session.js';

const SignInAgainDialog = lazy(() => import('../features/auth/sign-in-again-dialog.js'));
const StepUpDialog = lazy(() => import('../features/auth/step-up-dialog.js'));

export interface ChallengeDialogProps {
  readonly onDone: () => void;
  readonly onGiveUp: () => void;
}

interface Open {
  readonly kind: ChallengeKind;
  readonly settle: (isDone: boolean) => void;
}

/** The dialogs that stand between a refused call and its second try. */
export function Challenges() {
  const [open, setOpen] = useState<Open | null>(null);
  useEffect(
    () =>
      answerChallenges(
        (kind) =>
          new Promise((resolve) => {
            const settle = (isDone: boolean) => {
              setOpen(null);
              resolve(isDone);
            };
            setOpen({ kind, settle });
          }),
      ),
    [],
  );
  useOtherTabs(open);
  useEscape(open);
  if (!open) return null;
  const Dialog = open.kind === 'sign-in' ? SignInAgainDialog : StepUpDialog;
  return (
    <Suspense fallback={null}>
      <Dialog onDone={() => open.settle(true)} onGiveUp={() => open.settle(false)} />
    </Suspense>
  );
}

/**
 * All tabs share one session. Signed out elsewhere, this one asks to sign in again rather than to go on with what
 * it cannot do; signed in elsewhere as the same person, it goes on; as another, it starts anew.
 */
function useOtherTabs(open: Open | null): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onSessionElsewhere((userId) => {
        const own = client.getQueryData(sessionQuery.queryKey);
        if (!own || own.isPending) void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
        else if (userId === null) void challenge('sign-in');
        else if (userId !== own.user.id) window.location.assign('/');
        else if (open?.kind === 'sign-in') open.settle(true);
      }),
    [client, open],
  );
}

/**
 * Escape closes what is on top and nothing else. Each dialog listens at the window by itself, so this listener has to
 * have been there before those of the pages' dialogs.
 */
function useEscape(open: Open | null): void {
  const onTop = useRef(open);
  useEffect(() => {
    onTop.current = open;
  }, [open]);
  useEffect(() => {
    const giveUp = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || onTop.current === null) return;
      event.stopImmediatePropagation();
      onTop.current.settle(false);
    };
    window.addEventListener('keydown', giveUp, { capture: true });
    return () => window.removeEventListener('keydown', giveUp, { capture: true });
  }, []);
}
