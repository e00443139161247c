import { passkeyData, type Passkey } from '@calkeep/contract';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import { Failure } from '../../components/failure.js';
import { notifyDone } from '../../components/notify.js';
import { texts } from '../../texts/index.js';
import { registerPasskey } from './register-passkey.js';
import { useRefreshFactors } from './second-factors.js';

const words = texts.account.security.passkeys;

interface PasskeyLabelDialogProps {
  /** `null`: a new one is made under the label. */
  readonly passkey: Passkey | null;
  readonly onCodes: (codes: readonly string[]) => void;
  readonly onClose: () => void;
}

export function PasskeyLabelDialog({ passkey, onCodes, onClose }: PasskeyLabelDialogProps) {
  const refresh = useRefreshFactors();
  const form = useForm({ initialValues: { label: passkey?.label ?? '' } });
  const save = useMutation({
    mutationFn: async ({ label }: typeof form.values) => {
      if (passkey) {
        await call(passkeyData, `/app/auth/mfa/webauthn/${passkey.id}`, { method: 'PATCH', body: { label } });
        return words.renamed;
      }
      const { recoveryCodes } = await registerPasskey(label);
      if (recoveryCodes) onCodes(recoveryCodes);
      return words.added;
    },
    onSuccess: async (done) => {
      onClose();
      notifyDone(done);
      await refresh();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={passkey ? words.renameOf(passkey.label) : words.add}
      centered
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <Failure error={save.error} />
          <TextInput
            label={words.label}
            description={words.labelHint}
            placeholder={words.example}
            required
            withAsterisk={false}
            maxLength={100}
            data-autofocus
            {...form.getInputProps('label')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.common.cancel}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {passkey ? texts.common.save : words.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
