import type { MfaMethod } from '@calkeep/contract';
import { Anchor } from '@mantine/core';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Navigate, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { sessionQuery } from '../../api/session.js';
import { texts } from '../../texts/index.js';
import { useSignOut } from '../../shell/use-sign-out.js';
import { AuthCard } from './auth-card.js';
import { PasswordForm } from './password-form.js';
import { SecondFactorForm } from './second-factor-form.js';
import { useEnter } from './use-enter.js';

const words = texts.auth;

/** Password, then the second factor. A session that waits for the latter goes on there. */
export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const client = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [asked, setAsked] = useState<readonly MfaMethod[] | null>(null);
  const enter = useEnter();
  const goOn = async () => {
    await enter();
    router.history.replace(next ?? '/');
  };
  const methods = asked ?? (session?.isPending ? session.mfa.methods : null);
  if (session && !session.isPending && methods === null) return <Navigate to={next ?? '/'} replace />;
  if (methods !== null) {
    return (
      <AuthCard title={words.secondFactor.title} text={words.secondFactor.text} footer={<StartAgain />}>
        <SecondFactorForm methods={methods} takesRecoveryCodes onProven={() => void goOn()} />
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title={words.signIn.title}
      footer={
        <>
          {words.signIn.noAccount}{' '}
          <Anchor component={Link} to="/sign-up" underline="always">
            {words.signIn.signUp}
          </Anchor>
        </>
      }
    >
      <PasswordForm
        onSignedIn={({ mfa }) => {
          client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
          if (mfa.required) setAsked(mfa.methods);
          else void goOn();
        }}
      />
    </AuthCard>
  );
}

function StartAgain() {
  const signOut = useSignOut();
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => signOut.mutate()}>
      {words.signIn.elsewhere}
    </Anchor>
  );
}
