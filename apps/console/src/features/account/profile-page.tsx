import { profileData } from '@calkeep/contract';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { ApiError } from '../../api/api-error.js';
import { call, callWithoutAnswer } from '../../api/call.js';
import { useRefreshSession, useSession } from '../../api/session.js';
import { Failure } from '../../components/failure.js';
import { PasswordField } from '../../components/password-field.js';
import { NewPasswordInput } from '../../components/new-password-input.js';
import { notifyDone } from '../../components/notify.js';
import { PageHeader } from '../../components/page-header.js';
import { Section } from '../../components/section.js';
import { showRefusal } from '../../components/show-refusal.js';
import { texts } from '../../texts/index.js';

const words = texts.account.profile;
const fieldWidth = 420;

export function ProfilePage() {
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      <Stack gap="lg">
        <NameSection />
        <PasswordSection />
      </Stack>
    </>
  );
}

function NameSection() {
  const { user } = useSession();
  const refresh = useRefreshSession();
  const form = useForm({ initialValues: { name: user.name } });
  const save = useMutation({
    mutationFn: (body: typeof form.values) => call(profileData, '/app/auth/profile', { method: 'PATCH', body }),
    onSuccess: async () => {
      await refresh();
      notifyDone(texts.common.saved);
    },
    onError: (error) => showRefusal(form, error),
  });
  return (
    <Section title={words.details}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack maw={fieldWidth}>
          {Object.keys(form.errors).length === 0 && <Failure error={save.error} />}
          <TextInput
            label={words.name}
            autoComplete="name"
            required
            withAsterisk={false}
            {...form.getInputProps('name')}
          />
          <TextInput label={words.email} description={words.emailHint} value={user.email} readOnly variant="filled" />
          <Group>
            <Button type="submit" loading={save.isPending}>
              {texts.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function PasswordSection() {
  const { user } = useSession();
  const form = useForm({ initialValues: { currentPassword: '', newPassword: '' } });
  const change = useMutation({
    mutationFn: (body: typeof form.values) => callWithoutAnswer('/app/auth/password', { method: 'POST', body }),
    onSuccess: () => {
      form.reset();
      notifyDone(words.password.changed);
    },
    onError: (error) => {
      showRefusal(form, error);
      if (!(error instanceof ApiError) || error.code !== 'invalid_credentials') return;
      form.setErrors({ currentPassword: words.password.wrong });
      form.getInputNode('currentPassword')?.focus();
    },
  });
  return (
    <Section title={words.password.title} text={words.password.text}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack maw={fieldWidth}>
          {/* So that a password manager knows whose password it is. */}
          <input type="email" name="email" autoComplete="username" value={user.email} readOnly hidden />
          {Object.keys(form.errors).length === 0 && <Failure error={change.error} />}
          <PasswordField
            label={words.password.current}
            autoComplete="current-password"
            {...form.getInputProps('currentPassword')}
          />
          <NewPasswordInput
            label={words.password.new}
            description={words.password.hint}
            {...form.getInputProps('newPassword')}
          />
          <Group>
            <Button type="submit" loading={change.isPending}>
              {words.password.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
