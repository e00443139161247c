import type { Member } from '@calkeep/contract';
import { useMutation } from '@tanstack/react-query';
import { callWithoutAnswer } from '../../api/call.js';
import { useOwnWorkspace, useSession } from '../../api/session.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { texts } from '../../texts/index.js';
import { useRefreshMembers } from './member-queries.js';

const words = texts.members;

interface RemovalDialogProps {
  readonly ws: string;
  readonly member: Member;
  readonly onClose: () => void;
}

export function RemovalDialog({ ws, member: { user }, onClose }: RemovalDialogProps) {
  const isOwn = useSession().user.id === user.id;
  const workspace = useOwnWorkspace(ws);
  const refresh = useRefreshMembers(ws);
  const remove = useMutation({
    mutationFn: () => callWithoutAnswer(`/app/workspaces/${ws}/members/${user.id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      // Everything that was read here is no longer theirs.
      if (isOwn) return window.location.assign('/');
      onClose();
      notifyDone(words.removed(user.name));
      await refresh();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={isOwn ? words.confirmLeave(workspace?.name ?? '') : words.confirmRemove(user.name)}
      text={isOwn ? words.leaveText : words.removeText}
      confirm={isOwn ? words.leave : words.remove}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
