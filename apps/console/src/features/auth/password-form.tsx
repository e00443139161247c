import { signInData, type SignInData } from '@calkeep/contract';
import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import { Failure } from '../../components/failure.js';
import { PasswordField } from '../../components/password-field.js';
import { texts } from '../../texts/index.js';

const words = texts.auth.signIn;

interface PasswordFormProps {
  /** Whose session goes on; nobody else's address is taken then. */
  readonly email?: string;
  readonly onSignedIn: (answer: SignInData) => void;
}

/** The first step of every sign-in. */
export function PasswordForm({ email, onSignedIn }: PasswordFormProps) {
  const form = useForm({ initialValues: { email: email ?? '', password: '' } });
  const signIn = useMutation({
    mutationFn: (body: typeof form.values) =>
      call(signInData, '/app/auth/sign-in', { method: 'POST', body, isChallenged: false }),
    onSuccess: onSignedIn,
    onError: () => {
      form.setFieldValue('password', '');
      form.getInputNode('password')?.focus();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack gap="md">
        <Failure error={signIn.error} />
        <TextInput
          label={words.email}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          {...(email !== undefined && { readOnly: true, variant: 'filled' })}
          autoFocus={email === undefined}
          {...form.getInputProps('email')}
        />
        <PasswordField
          label={words.password}
          autoComplete="current-password"
          autoFocus={email !== undefined}
          data-autofocus={email !== undefined || undefined}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" loading={signIn.isPending}>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}
