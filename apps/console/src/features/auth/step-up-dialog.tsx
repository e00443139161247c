import { proofData } from '@calkeep/contract';
import { Alert, Button, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { messageOf } from '../../components/error-state.js';
import { texts } from '../../texts/index.js';

interface StepUpDialogProps {
  readonly onDone: () => void;
  readonly onGiveUp: () => void;
}

export default function StepUpDialog({ onDone, onGiveUp }: StepUpDialogProps) {
  const [code, setCode] = useState('');
  const proof = useMutation({
    mutationFn: () =>
      call(proofData, '/app/auth/mfa/totp/verify', { method: 'POST', body: { code }, isChallenged: false }),
    onSuccess: onDone,
  });
  return (
    <Modal opened onClose={onGiveUp} title={texts.auth.stepUp.title} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          proof.mutate();
        }}
      >
        <Stack>
          {proof.error && (
            <Alert color="red" role="alert">
              {messageOf(proof.error)}
            </Alert>
          )}
          <TextInput
            label={texts.auth.stepUp.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            data-autofocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" loading={proof.isPending}>
            {texts.auth.stepUp.confirm}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
