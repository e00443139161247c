import { acceptedInvitationData, invitationPreviewData, signUpData } from '@calkeep/contract';
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ApiError } from '../../api/api-error.js';
import { call } from '../../api/call.js';
import { sessionQuery } from '../../api/session.js';
import { ErrorState } from '../../components/error-state.js';
import { Failure } from '../../components/failure.js';
import { dayOf } from '../../components/instant.js';
import { NewPasswordInput } from '../../components/new-password-input.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { useSignOut } from '../../shell/use-sign-out.js';
import { showRefusal } from '../../components/show-refusal.js';
import { texts } from '../../texts/index.js';
import { AuthCard } from './auth-card.js';
import { useEnter } from './use-enter.js';

const words = texts.auth.invitation;

/** Where an invitation's link leads: joining as who is signed in, or with a new account. */
export function InvitationPage() {
  const { secret } = useParams({ from: '/invitations/$secret' });
  const session = useQuery(sessionQuery);
  const preview = useQuery({
    queryKey: ['invitation', secret],
    queryFn: ({ signal }) =>
      call(invitationPreviewData, '/app/invitations/lookup', { method: 'POST', body: { secret }, signal }),
    retry: false,
  });
  if (preview.error) return <Gone error={preview.error} onRetry={() => void preview.refetch()} />;
  if (!preview.data || session.isPending) {
    return (
      <AuthCard title={texts.shell.loading}>
        <PageSkeleton />
      </AuthCard>
    );
  }
  const { workspace, email, role, expiresAt } = preview.data;
  const own = session.data && !session.data.isPending ? session.data.user : null;
  return (
    <AuthCard
      title={words.title(workspace.name)}
      text={words.text(email, texts.roles[role].toLowerCase())}
      footer={words.until(dayOf(expiresAt))}
    >
      {own === null ? (
        <NewAccount {...{ secret, email }} />
      ) : own.email.toLowerCase() === email.toLowerCase() ? (
        <Accept {...{ secret }} />
      ) : (
        <OtherAddress {...{ secret }} email={own.email} />
      )}
    </AuthCard>
  );
}

function Gone({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (!(error instanceof ApiError) || error.code !== 'not_found') {
    return (
      <AuthCard title={texts.errors.title}>
        <ErrorState error={error} onRetry={onRetry} />
      </AuthCard>
    );
  }
  return (
    <AuthCard title={words.gone} text={words.goneText}>
      <Button component={Link} to="/sign-in" variant="default">
        {words.toSignIn}
      </Button>
    </AuthCard>
  );
}

function useJoin() {
  const navigate = useNavigate();
  const enter = useEnter();
  return async (workspace: { id: string }) => {
    await enter();
    await navigate({ to: '/workspaces/$ws', params: { ws: workspace.id } });
  };
}

function Accept({ secret }: { secret: string }) {
  const join = useJoin();
  const accept = useMutation({
    mutationFn: () => call(acceptedInvitationData, '/app/invitations/accept', { method: 'POST', body: { secret } }),
    onSuccess: ({ workspace }) => join(workspace),
  });
  return (
    <Stack>
      <Failure error={accept.error} />
      <Button size="md" loading={accept.isPending} onClick={() => accept.mutate()}>
        {words.accept}
      </Button>
    </Stack>
  );
}

function NewAccount({ secret, email }: { secret: string; email: string }) {
  const form = useForm({ initialValues: { name: '', password: '' } });
  const join = useJoin();
  const signUp = useMutation({
    mutationFn: (values: typeof form.values) =>
      call(signUpData, '/app/invitations/sign-up', {
        method: 'POST',
        body: { secret, ...values },
        isChallenged: false,
      }),
    onSuccess: ({ workspace }) => join(workspace),
    onError: (error) => showRefusal(form, error),
  });
  return (
    <Stack gap="lg">
      <form onSubmit={form.onSubmit((values) => signUp.mutate(values))}>
        <Stack>
          {Object.keys(form.errors).length === 0 && <Failure error={signUp.error} />}
          <TextInput
            label={texts.auth.signIn.email}
            type="email"
            autoComplete="username"
            readOnly
            variant="filled"
            value={email}
          />
          <TextInput
            label={texts.auth.signUp.name}
            autoComplete="name"
            required
            withAsterisk={false}
            {...form.getInputProps('name')}
          />
          <NewPasswordInput
            label={texts.auth.signIn.password}
            description={texts.auth.signUp.passwordHint}
            {...form.getInputProps('password')}
          />
          <Button type="submit" size="md" loading={signUp.isPending}>
            {words.signUp}
          </Button>
        </Stack>
      </form>
      <Anchor
        size="sm"
        ta="center"
        renderRoot={(props) => <Link {...props} to="/sign-in" search={{ next: hereOf(secret) }} />}
      >
        {words.signIn}
      </Anchor>
    </Stack>
  );
}

function OtherAddress({ secret, email }: { secret: string; email: string }) {
  const signOut = useSignOut(hereOf(secret));
  return (
    <Stack>
      <Text size="sm">{words.otherAddress(email)}</Text>
      <Button variant="default" onClick={() => signOut.mutate()}>
        {words.signOut}
      </Button>
    </Stack>
  );
}

/** This page's address, to come back to. */
function hereOf(secret: string): string {
  return `/invitations/${encodeURIComponent(secret)}`;
}
