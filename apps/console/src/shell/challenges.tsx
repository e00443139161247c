import { lazy, Suspense, useEffect, useState } from 'react';
import { answerChallenges, type ChallengeKind } from '../api/challenges.js';

const SignInAgainDialog = lazy(() => import('../features/auth/sign-in-again-dialog.js'));
const StepUpDialog = lazy(() => import('../features/auth/step-up-dialog.js'));

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
            setOpen({
              kind,
              settle: (isDone) => {
                setOpen(null);
                resolve(isDone);
              },
            });
          }),
      ),
    [],
  );
  if (!open) return null;
  const Dialog = open.kind === 'sign-in' ? SignInAgainDialog : StepUpDialog;
  return (
    <Suspense fallback={null}>
      <Dialog onDone={() => open.settle(true)} onGiveUp={() => open.settle(false)} />
    </Suspense>
  );
}
