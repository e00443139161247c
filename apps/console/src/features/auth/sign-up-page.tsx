import { signUpData } from '@calkeep/contract';
import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { call } from '../../api/call.js';
import { Failure } from '../../components/failure.js';
import { NewPasswordInput } from '../../components/new-password-input.js';
import { showRefusal } from '../../components/show-refusal.js';
import { texts } from '../../texts/index.js';
import { AuthCard } from './auth-card.js';
import { useEnter } from './use-enter.js';

const words = texts.auth.signUp;
const initialValues = { name: '', email: '', password: '', workspaceName: '' };

export function SignUpPage() {
  const form = useForm({ initialValues });
  const navigate = useNavigate();
  const enter = useEnter();
  const signUp = useMutation({
    mutationFn: (body: typeof initialValues) =>
      call(signUpData, '/app/auth/sign-up', { method: 'POST', body, isChallenged: false }),
    onSuccess: async ({ workspace }) => {
      await enter();
      await navigate({ to: '/workspaces/$ws', params: { ws: workspace.id } });
    },
    onError: (error) => showRefusal(form, error),
  });
  return (
    <AuthCard
      title={words.title}
      text={words.text}
      footer={
        <>
          {words.haveAccount}{' '}
          <Anchor component={Link} to="/sign-in" underline="always">
            {words.signIn}
          </Anchor>
        </>
      }
    >
      <form onSubmit={form.onSubmit((values) => signUp.mutate(values))}>
        <Stack gap="md">
          {Object.keys(form.errors).length === 0 && <Failure error={signUp.error} />}
          <TextInput
            label={words.name}
            autoComplete="name"
            required
            withAsterisk={false}
            autoFocus
            {...form.getInputProps('name')}
          />
          <TextInput
            label={texts.auth.signIn.email}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            {...form.getInputProps('email')}
          />
          <NewPasswordInput
            label={texts.auth.signIn.password}
            description={words.passwordHint}
            {...form.getInputProps('password')}
          />
          <TextInput
            label={words.workspaceName}
            description={words.workspaceHint}
            autoComplete="organization"
            required
            withAsterisk={false}
            {...form.getInputProps('workspaceName')}
          />
          <Button type="submit" size="md" loading={signUp.isPending}>
            {words.submit}
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
