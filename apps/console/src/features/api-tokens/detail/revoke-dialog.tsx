import { revocationReasonLengthMax, type ApiToken } from '@calkeep/contract';
import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ConfirmDialog } from '../../../components/confirm-dialog.js';
import { sinceOrUntil } from '../../../components/instant.js';
import { notifyDone } from '../../../components/notify.js';
import { texts } from '../../../texts/index.js';
import { useNow } from './use-now.js';
import { useRevokeToken } from './use-token-changes.js';

const words = texts.apiTokens.token;
const dialog = words.revokeDialog;
const recentMs = 24 * 3_600_000;
/** A successor younger than ten seconds is revoked with its predecessor; one more for clocks that differ. */
const successorMs = 11_000;
const tickMs = 500;

interface RevokeDialogProps {
  readonly ws: string;
  readonly token: ApiToken;
  readonly onClose: () => void;
}

/** What is in use asks for its label, so that nothing is stopped by a slip. */
export function RevokeDialog({ ws, token, onClose }: RevokeDialogProps) {
  const { label, lastUsedAt } = token;
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const revoke = useRevokeToken(ws, token);
  const [openedAt] = useState(() => Date.now());
  const isTooEarly = useIsTooEarly(token, openedAt);
  const isRecent = lastUsedAt !== null && Date.parse(lastUsedAt) > openedAt - recentMs;
  const isConfirmed = !isRecent || typed.trim() === label;
  const confirm = () =>
    revoke.mutate(reason, {
      onSuccess: ({ alsoRevoked }) => {
        notifyDone(alsoRevoked.length > 0 ? words.alsoRevoked : words.revokedDone);
        onClose();
      },
    });
  return (
    <ConfirmDialog
      isOpen
      isDangerous
      title={dialog.title(label)}
      text={dialog.text}
      confirm={dialog.submit}
      isPending={revoke.isPending}
      isDisabled={!isConfirmed || isTooEarly}
      error={revoke.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {isRecent && (
        <>
          <Text size="sm" fw={500}>
            {dialog.recent(sinceOrUntil(new Date(lastUsedAt)))}
          </Text>
          <TextInput
            label={dialog.type(label)}
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </>
      )}
      <TextInput
        label={dialog.reason}
        description={dialog.reasonHint}
        maxLength={revocationReasonLengthMax}
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {isTooEarly && (
        <Text size="sm" role="status">
          {dialog.wait}
        </Text>
      )}
    </ConfirmDialog>
  );
}

/** Clocks may differ by anything: from when this was opened on, it waits no longer than the span itself. */
function useIsTooEarly({ rotatedAt, successorId }: ApiToken, openedAt: number): boolean {
  const since = rotatedAt === null || successorId === null ? 0 : Math.min(Date.parse(rotatedAt), openedAt);
  const [isTicking, setIsTicking] = useState(() => openedAt < since + successorMs);
  const now = useNow(tickMs, isTicking);
  const isTooEarly = now < since + successorMs;
  if (isTicking && !isTooEarly) setIsTicking(false);
  return isTooEarly;
}
