import { Alert, Stack } from '@mantine/core';
import { IconShieldExclamation } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorState } from '../../components/error-state.js';
import { PageHeader } from '../../components/page-header.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { PasskeysSection } from './passkeys-section.js';
import { RecoveryCodesDialog } from './recovery-codes-dialog.js';
import { RecoverySection } from './recovery-section.js';
import { secondFactorsQuery } from './second-factors.js';
import { TotpSection } from './totp-section.js';

const words = texts.account.security;

export function SecurityPage() {
  const factors = useQuery(secondFactorsQuery);
  // They live here and nowhere else, until the person says that they have kept them.
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const hasNone = factors.data?.totp === null && factors.data.passkeys.length === 0;
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      {factors.isPending && <PageSkeleton />}
      {factors.error && <ErrorState error={factors.error} onRetry={() => void factors.refetch()} />}
      {factors.data && (
        <Stack gap="lg">
          {hasNone && (
            <Alert
              role="note"
              color="yellow"
              variant="light"
              icon={<IconShieldExclamation aria-hidden />}
              title={words.noFactor.title}
            >
              {words.noFactor.text}
            </Alert>
          )}
          <PasskeysSection passkeys={factors.data.passkeys} hasTotp={factors.data.totp !== null} onCodes={setCodes} />
          <TotpSection totp={factors.data.totp} hasPasskeys={factors.data.passkeys.length > 0} onCodes={setCodes} />
          <RecoverySection remaining={factors.data.recoveryCodes.remaining} hasFactor={!hasNone} onCodes={setCodes} />
        </Stack>
      )}
      {codes && <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </>
  );
}
