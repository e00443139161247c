import { proofData, recoveryData, type MfaMethod } from '@calkeep/contract';
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { call } from '../../api/call.js';
import { CodeInput } from '../../components/code-input.js';
import { codeRefusal } from '../../components/code-refusal.js';
import { Failure } from '../../components/failure.js';
import { texts } from '../../texts/index.js';
import { provePasskey } from './passkey.js';

const words = texts.auth.secondFactor;
type Way = 'passkey' | 'totp' | 'recovery';

interface SecondFactorFormProps {
  readonly methods: readonly MfaMethod[];
  /** A recovery code signs in, and proves nothing for what asks for a recent proof. */
  readonly takesRecoveryCodes: boolean;
  readonly onProven: () => void;
}

/** A passkey first, where there is one; a code beside it. */
export function SecondFactorForm({ methods, takesRecoveryCodes, onProven }: SecondFactorFormProps) {
  const ways: Way[] = [
    ...(methods.includes('webauthn') ? ['passkey' as const] : []),
    ...(methods.includes('totp') ? ['totp' as const] : []),
    ...(takesRecoveryCodes ? ['recovery' as const] : []),
  ];
  const [way, setWay] = useState<Way>(ways[0] ?? 'totp');
  const names: Record<Way, string> = {
    passkey: words.usePasskey,
    totp: words.useCode,
    recovery: words.useRecovery,
  };
  return (
    <Stack gap="md">
      {way === 'passkey' ? <PasskeyWay onProven={onProven} /> : <CodeWay key={way} {...{ way, onProven }} />}
      <Stack gap={6} align="center">
        {ways
          .filter((other) => other !== way)
          .map((other) => (
            <Anchor key={other} component="button" type="button" size="sm" onClick={() => setWay(other)}>
              {names[other]}
            </Anchor>
          ))}
      </Stack>
    </Stack>
  );
}

function PasskeyWay({ onProven }: { onProven: () => void }) {
  const proof = useMutation({ mutationFn: provePasskey, onSuccess: onProven });
  return (
    <Stack gap="sm">
      <Failure error={proof.error} />
      <Button
        size="md"
        data-autofocus
        leftSection={<IconFingerprint size={20} aria-hidden />}
        loading={proof.isPending}
        onClick={() => proof.mutate()}
      >
        {words.passkey}
      </Button>
      <Text size="xs" c="dimmed" ta="center">
        {words.passkeyHint}
      </Text>
    </Stack>
  );
}

function CodeWay({ way, onProven }: { way: 'totp' | 'recovery'; onProven: () => void }) {
  const [code, setCode] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const proof = useMutation({
    mutationFn: async () => {
      await (way === 'totp' ? proveTotp(code) : proveRecoveryCode(code));
    },
    onSuccess: onProven,
    onError: () => {
      setCode('');
      input.current?.focus();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    proof.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <CodeInput
          ref={input}
          label={way === 'totp' ? words.code : words.recoveryCode}
          description={way === 'totp' ? words.codeHint : words.recoveryHint}
          isNumeric={way === 'totp'}
          size="md"
          autoFocus
          error={codeRefusal(proof.error, way === 'totp' ? words.wrongCode : words.wrongRecoveryCode)}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={proof.isPending}>
          {words.confirm}
        </Button>
      </Stack>
    </form>
  );
}

function proveTotp(code: string) {
  return call(proofData, '/app/auth/mfa/totp/verify', { method: 'POST', body: { code }, isChallenged: false });
}

function proveRecoveryCode(code: string) {
  return call(recoveryData, '/app/auth/mfa/recovery/verify', { method: 'POST', body: { code }, isChallenged: false });
}
