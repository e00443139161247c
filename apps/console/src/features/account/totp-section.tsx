import { totpEnrolmentData, type SecondFactorsData, type TotpEnrolmentData } from '@calkeep/contract';
import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { Instant } from '../../components/instant.js';
import { notifyDone, notifyFailure } from '../../components/notify.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';
import { FactorRemovalDialog } from './factor-removal-dialog.js';
import { useRefreshFactors } from './second-factors.js';
import { TotpDialog } from './totp-dialog.js';

const words = texts.account.security.totp;
const sectionId = 'authenticator-app';

interface TotpSectionProps {
  readonly totp: SecondFactorsData['totp'];
  readonly hasPasskeys: boolean;
  readonly onCodes: (codes: readonly string[]) => void;
}

export function TotpSection({ totp, hasPasskeys, onCodes }: TotpSectionProps) {
  const refresh = useRefreshFactors();
  const [enrolment, setEnrolment] = useState<TotpEnrolmentData | null>(null);
  const [isRemoving, setIsRemoving] = useState(false);
  const enrol = useMutation({
    mutationFn: async () => {
      setEnrolment(await call(totpEnrolmentData, '/app/auth/mfa/totp/enroll', { method: 'POST', body: {} }));
    },
    onError: notifyFailure,
  });
  return (
    <Section
      id={sectionId}
      title={words.title}
      text={words.text}
      action={
        <Group gap="xs">
          <Button variant={totp ? 'default' : 'filled'} loading={enrol.isPending} onClick={() => enrol.mutate()}>
            {totp ? words.replace : words.setUp}
          </Button>
          {totp && (
            <Button variant="default" onClick={() => setIsRemoving(true)}>
              {words.remove}
            </Button>
          )}
        </Group>
      }
    >
      {totp && (
        <Text size="sm">
          {words.since} <Instant at={totp.enrolledAt} />
        </Text>
      )}
      {enrolment && (
        <TotpDialog
          enrolment={enrolment}
          onClose={() => setEnrolment(null)}
          onConfirmed={(codes) => {
            setEnrolment(null);
            notifyDone(words.done);
            if (codes) onCodes(codes);
            void refresh();
          }}
        />
      )}
      {isRemoving && (
        <FactorRemovalDialog
          title={words.confirmRemove}
          path="/app/auth/mfa/totp"
          otherMethods={hasPasskeys ? ['webauthn'] : []}
          done={words.removed}
          sectionId={sectionId}
          onClose={() => setIsRemoving(false)}
        />
      )}
    </Section>
  );
}
