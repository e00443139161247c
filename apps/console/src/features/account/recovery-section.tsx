import { recoveryCodesData } from '@calkeep/contract';
import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';
import { useRefreshFactors } from './second-factors.js';

const words = texts.account.security.recovery;
/** Whoever uses them up has lost a phone more than once. */
const fewCodes = 3;

interface RecoverySectionProps {
  readonly remaining: number;
  readonly hasFactor: boolean;
  readonly onCodes: (codes: readonly string[]) => void;
}

export function RecoverySection({ remaining, hasFactor, onCodes }: RecoverySectionProps) {
  const refresh = useRefreshFactors();
  const [isAsking, setIsAsking] = useState(false);
  const regenerate = useMutation({
    mutationFn: async () => {
      const path = '/app/auth/mfa/recovery/regenerate';
      const { recoveryCodes } = await call(recoveryCodesData, path, { method: 'POST', body: {} });
      setIsAsking(false);
      onCodes(recoveryCodes);
    },
    onSuccess: refresh,
  });
  return (
    <Section
      title={words.title}
      text={words.text}
      action={
        hasFactor && (
          <Button variant="default" onClick={() => setIsAsking(true)}>
            {words.regenerate}
          </Button>
        )
      }
    >
      <Text size="sm">
        {hasFactor ? words.remaining(remaining) : words.none} {hasFactor && remaining <= fewCodes && words.few}
      </Text>
      <ConfirmDialog
        isOpen={isAsking}
        title={words.regenerate}
        text={words.confirm}
        confirm={words.regenerate}
        isPending={regenerate.isPending}
        error={regenerate.error}
        onConfirm={() => regenerate.mutate()}
        onClose={() => {
          setIsAsking(false);
          regenerate.reset();
        }}
      />
    </Section>
  );
}
