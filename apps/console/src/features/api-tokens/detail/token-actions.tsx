import type { ApiToken } from '@calkeep/contract';
import { Button } from '@mantine/core';
import { IconBan, IconPencil, IconPlayerPlay, IconRefresh, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ConfirmDialog } from '../../../components/confirm-dialog.js';
import { notifyDone, notifyFailure } from '../../../components/notify.js';
import { texts } from '../../../texts/index.js';
import { EditDialog } from './edit-dialog.js';
import { RevokeDialog } from './revoke-dialog.js';
import { useUpdateToken } from './use-token-changes.js';

const words = texts.apiTokens.token;
const size = 16;

interface TokenActionsProps {
  readonly ws: string;
  readonly token: ApiToken;
  readonly hasApiTokens: boolean;
}

/** Which of them make sense of a token as it is. */
export function TokenActions({ ws, token, hasApiTokens }: TokenActionsProps) {
  const [open, setOpen] = useState<'edit' | 'disable' | 'revoke' | null>(null);
  const close = () => setOpen(null);
  if (isOver(token)) return null;
  return (
    <>
      {hasApiTokens && isRotatable(token) && (
        <Button
          component={Link}
          to={`/workspaces/${ws}/api-tokens/${token.id}/rotate`}
          leftSection={<IconRefresh size={size} aria-hidden />}
        >
          {words.actions.rotate}
        </Button>
      )}
      <Button variant="default" leftSection={<IconPencil size={size} aria-hidden />} onClick={() => setOpen('edit')}>
        {words.actions.edit}
      </Button>
      {token.disabledAt === null ? (
        <Button variant="default" leftSection={<IconBan size={size} aria-hidden />} onClick={() => setOpen('disable')}>
          {words.actions.disable}
        </Button>
      ) : (
        <EnableButton ws={ws} token={token} />
      )}
      <Button color="red.9" leftSection={<IconTrash size={size} aria-hidden />} onClick={() => setOpen('revoke')}>
        {words.actions.revoke}
      </Button>
      {open === 'edit' && <EditDialog ws={ws} token={token} onClose={close} />}
      {open === 'disable' && <DisableDialog ws={ws} token={token} onClose={close} />}
      {open === 'revoke' && <RevokeDialog ws={ws} token={token} onClose={close} />}
    </>
  );
}

export function isOver({ status }: ApiToken): boolean {
  return status === 'expired' || status === 'retired' || status === 'revoked';
}

export function isRotatable({ status, rotatedAt }: ApiToken): boolean {
  return rotatedAt === null && (status === 'active' || status === 'disabled');
}

function EnableButton({ ws, token }: { ws: string; token: ApiToken }) {
  const update = useUpdateToken(ws, token);
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerPlay size={size} aria-hidden />}
      loading={update.isPending}
      onClick={() =>
        update.mutate({ disabled: false }, { onSuccess: () => notifyDone(words.enabled), onError: notifyFailure })
      }
    >
      {words.actions.enable}
    </Button>
  );
}

function DisableDialog({ ws, token, onClose }: { ws: string; token: ApiToken; onClose: () => void }) {
  const update = useUpdateToken(ws, token);
  return (
    <ConfirmDialog
      isOpen
      title={words.disableDialog.title(token.label)}
      text={words.disableDialog.text}
      confirm={words.actions.disable}
      isPending={update.isPending}
      error={update.error}
      onClose={onClose}
      onConfirm={() =>
        update.mutate(
          { disabled: true },
          {
            onSuccess: () => {
              notifyDone(words.disabledDone);
              onClose();
            },
          },
        )
      }
    />
  );
}
