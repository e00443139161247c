import { memberData, newInvitationData, roles, type Role } from '@calkeep/contract';
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { call } from '../../api/call.js';
import { useOwnWorkspace } from '../../api/session.js';
import { CodeBlock } from '../../components/code-block.js';
import { Failure } from '../../components/failure.js';
import { notifyDone } from '../../components/notify.js';
import { texts } from '../../texts/index.js';
import { useRefreshMembers } from './member-queries.js';

const words = texts.members;
const answer = memberData.or(newInvitationData);

interface InviteDialogProps {
  readonly ws: string;
  readonly onClose: () => void;
}

export function InviteDialog({ ws, onClose }: InviteDialogProps) {
  const [invited, setInvited] = useState<{ email: string; link: string } | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={invited ? words.invite.linkTitle : words.invite.title}
      centered
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      {invited ? (
        <Stack>
          <Text size="sm">{words.invite.linkText(invited.email)}</Text>
          <CodeBlock code={invited.link} copyLabel={words.invite.copyLink} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{words.invite.done}</Button>
          </Group>
        </Stack>
      ) : (
        <InviteForm ws={ws} onClose={onClose} onInvited={setInvited} />
      )}
    </Modal>
  );
}

interface InviteFormProps extends InviteDialogProps {
  readonly onInvited: (invited: { email: string; link: string }) => void;
}

function InviteForm({ ws, onClose, onInvited }: InviteFormProps) {
  const isOwner = useOwnWorkspace(ws)?.role === 'owner';
  const refresh = useRefreshMembers(ws);
  const form = useForm<{ email: string; role: Role }>({ initialValues: { email: '', role: 'member' } });
  const invite = useMutation({
    mutationFn: (body: typeof form.values) => call(answer, `/app/workspaces/${ws}/members`, { method: 'POST', body }),
    onSuccess: async (made) => {
      if ('invitation' in made) onInvited(made.invitation);
      else {
        notifyDone(words.invite.added(made.member.user.email));
        onClose();
      }
      await refresh();
    },
    onError: (error) => form.setErrors(error instanceof ApiError ? error.fields : {}),
    gcTime: 0,
  });
  return (
    <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
      <Stack>
        <Text size="sm" c="dimmed">
          {words.invite.text}
        </Text>
        {Object.keys(form.errors).length === 0 && <Failure error={invite.error} />}
        <TextInput
          label={words.invite.email}
          type="email"
          required
          withAsterisk={false}
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Radio.Group label={words.invite.role} {...form.getInputProps('role')}>
          <Stack gap="xs" mt="xs">
            {roles
              .filter((role) => isOwner || role !== 'owner')
              .map((role) => (
                <Radio key={role} value={role} label={texts.roles[role]} description={words.roleHints[role]} />
              ))}
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {words.invite.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
