import { tokenLabelCharactersMax, type ApiToken, type UpdateTokenBody } from '@calkeep/contract';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { ApiError } from '../../../api/api-error.js';
import { Failure } from '../../../components/failure.js';
import { allowlistOf } from '../../../components/ip-allowlist-input.js';
import { notifyDone } from '../../../components/notify.js';
import { texts } from '../../../texts/index.js';
import { AllowlistField } from '../generate/allowlist-field.js';
import { ScopePicker } from '../generate/scope-picker.js';
import { allowlistError, fieldErrorsOf } from '../generate/token-form.js';
import { useUpdateToken } from './use-token-changes.js';

const words = texts.apiTokens.token.editDialog;
const form = texts.apiTokens.generateToken;

interface EditDialogProps {
  readonly ws: string;
  readonly token: ApiToken;
  readonly onClose: () => void;
}

export function EditDialog({ ws, token, onClose }: EditDialogProps) {
  const update = useUpdateToken(ws, token);
  const { values, errors, onSubmit, setFieldValue, getInputProps, setErrors } = useForm({
    initialValues: { label: token.label, scopes: token.scopes, ipAllowlist: token.ipAllowlist.join('\n') },
    validate: {
      label: (label) => (label.trim() === '' ? form.errors.label : null),
      scopes: (scopes) => (scopes.length === 0 ? form.errors.scopes : null),
      ipAllowlist: allowlistError,
    },
  });
  const submit = onSubmit((wanted) => {
    const changes = changesOf(token, { ...wanted, ipAllowlist: allowlistOf(wanted.ipAllowlist) });
    if (Object.keys(changes).length === 0) return onClose();
    update.mutate(changes, {
      onSuccess: () => {
        notifyDone(texts.common.saved);
        onClose();
      },
      onError: (error) => setErrors(error instanceof ApiError ? fieldErrorsOf(error.fields) : {}),
    });
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={words.title}
      closeOnEscape={!update.isPending}
      closeOnClickOutside={!update.isPending}
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <form noValidate onSubmit={submit}>
        <Stack>
          <TextInput
            label={form.label}
            maxLength={tokenLabelCharactersMax}
            autoComplete="off"
            data-autofocus
            {...getInputProps('label')}
          />
          <AllowlistField
            value={values.ipAllowlist}
            error={errors['ipAllowlist']}
            hasWorkspaceList={false}
            onChange={(text) => setFieldValue('ipAllowlist', text)}
          />
          <ScopePicker
            value={values.scopes}
            offered={token.scopes}
            hasPresets={false}
            hint={words.scopesHint}
            error={errors['scopes']}
            onChange={(scopes) => setFieldValue('scopes', scopes)}
          />
          {Object.keys(errors).length === 0 && <Failure error={update.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.common.cancel}
            </Button>
            <Button type="submit" loading={update.isPending}>
              {words.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

type Wanted = Pick<ApiToken, 'label' | 'scopes' | 'ipAllowlist'>;

/** Only what differs: another allow-list asks for a recent second factor, another label does not. */
function changesOf(token: ApiToken, { label, scopes, ipAllowlist }: Wanted): Partial<UpdateTokenBody> {
  return {
    ...(label.trim() !== token.label && { label: label.trim() }),
    ...(scopes.length !== token.scopes.length && { scopes }),
    ...(ipAllowlist.join() !== token.ipAllowlist.join() && { ipAllowlist }),
  };
}
