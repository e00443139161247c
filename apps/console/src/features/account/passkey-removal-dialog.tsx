import type { Passkey } from '@calkeep/contract';
import { useMutation } from '@tanstack/react-query';
import { callWithoutAnswer } from '../../api/call.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { texts } from '../../texts/index.js';
import { useRefreshFactors } from './second-factors.js';

const words = texts.account.security.passkeys;

export function PasskeyRemovalDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const refresh = useRefreshFactors();
  const remove = useMutation({
    mutationFn: () => callWithoutAnswer(`/app/auth/mfa/webauthn/${passkey.id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      onClose();
      notifyDone(words.removed);
      await refresh();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={words.confirmRemove(passkey.label)}
      text={words.confirmText}
      confirm={words.remove}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
