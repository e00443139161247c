import type { MfaMethod } from '@calkeep/contract';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ApiError } from '../../api/api-error.js';
import { callWithoutAnswer } from '../../api/call.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { texts } from '../../texts/index.js';
import { SecondFactorForm } from '../auth/second-factor-form.js';
import { useRefreshFactors } from './second-factors.js';

const words = texts.account.security.removal;

interface FactorRemovalDialogProps {
  readonly title: string;
  readonly path: string;
  /** What the person could prove instead of it. Without any, it is the last one and stays. */
  readonly otherMethods: readonly MfaMethod[];
  readonly done: string;
  /** Where the focus goes: the button that opened the dialog goes with the factor. */
  readonly sectionId: string;
  readonly onClose: () => void;
}

/** A factor goes only where another one was proven; whoever proved this one is asked for the other on the spot. */
export function FactorRemovalDialog({ title, path, otherMethods, done, sectionId, onClose }: FactorRemovalDialogProps) {
  const refresh = useRefreshFactors();
  const remove = useMutation({
    mutationFn: () => callWithoutAnswer(path, { method: 'DELETE' }),
    onSuccess: async () => {
      onClose();
      notifyDone(done);
      await refresh();
      document.getElementById(sectionId)?.focus();
    },
  });
  const needsOther = remove.error instanceof ApiError && remove.error.code === 'conflict';
  if (otherMethods.length > 0 && !needsOther) {
    return (
      <ConfirmDialog
        isOpen
        title={title}
        text={words.text}
        confirm={texts.common.remove}
        isDangerous
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={onClose}
      />
    );
  }
  return (
    <Modal opened onClose={onClose} title={title} centered closeButtonProps={{ 'aria-label': texts.common.close }}>
      <Stack>
        <Text size="sm">{needsOther ? words.proveOther : words.last}</Text>
        {needsOther ? (
          <SecondFactorForm methods={otherMethods} takesRecoveryCodes={false} onProven={() => remove.mutate()} />
        ) : (
          <Group justify="flex-end">
            <Button variant="default" data-autofocus onClick={onClose}>
              {texts.common.close}
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}
