import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { sessionQuery, useRefreshSession } from '../../api/session.js';
import type { ChallengeDialogProps } from '../../shell/challenges.js';
import { texts } from '../../texts/index.js';
import { SecondFactorForm } from './second-factor-form.js';

const words = texts.auth.stepUp;

/** The proof of a second factor that a refused call asked for. */
export default function StepUpDialog({ onDone, onGiveUp }: ChallengeDialogProps) {
  // Another tab may have set up a factor, or removed one.
  const { data: session } = useQuery({ ...sessionQuery, refetchOnMount: 'always' });
  const refresh = useRefreshSession();
  const methods = session?.mfa.methods ?? [];
  return (
    <Modal
      opened
      onClose={onGiveUp}
      title={words.title}
      centered
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <Stack gap="lg">
        <Text size="sm" c="dimmed">
          {methods.length === 0 ? words.none : words.text}
        </Text>
        {methods.length === 0 ? (
          <Button component={Link} to="/account/security" onClick={onGiveUp}>
            {words.setUp}
          </Button>
        ) : (
          <SecondFactorForm
            methods={methods}
            takesRecoveryCodes={false}
            onProven={() => {
              onDone();
              void refresh();
            }}
          />
        )}
      </Stack>
    </Modal>
  );
}
