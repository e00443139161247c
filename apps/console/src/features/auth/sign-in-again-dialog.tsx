import type { MfaMethod } from '@calkeep/contract';
import { Anchor, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sessionQuery } from '../../api/session.js';
import type { ChallengeDialogProps } from '../../shell/challenges.js';
import { texts } from '../../texts/index.js';
import { PasswordForm } from './password-form.js';
import { SecondFactorForm } from './second-factor-form.js';
import { useEnter } from './use-enter.js';

const words = texts.auth;

/** The same person's new session, in the middle of whatever they were doing. */
export default function SignInAgainDialog({ onDone, onGiveUp }: ChallengeDialogProps) {
  // What is remembered of the session that has ended.
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  const [methods, setMethods] = useState<readonly MfaMethod[] | null>(null);
  const enter = useEnter();
  const goOn = () => void enter().then(onDone);
  const email = session?.user.email;
  return (
    <Modal
      opened
      onClose={onGiveUp}
      title={words.signInAgain.title}
      centered
      closeOnClickOutside={false}
      // Somebody else may sit here by now: what stands behind is not for reading.
      overlayProps={{ backgroundOpacity: 0.96 }}
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <Stack gap="lg">
        {email !== undefined && (
          <Text size="sm" c="dimmed">
            {words.signInAgain.text(email)}
          </Text>
        )}
        {methods === null ? (
          <PasswordForm
            {...(email !== undefined && { email })}
            onSignedIn={({ mfa }) => (mfa.required ? setMethods(mfa.methods) : goOn())}
          />
        ) : (
          <SecondFactorForm methods={methods} takesRecoveryCodes onProven={goOn} />
        )}
        <Anchor href="/sign-in" size="sm" ta="center">
          {words.signIn.elsewhere}
        </Anchor>
      </Stack>
    </Modal>
  );
}
