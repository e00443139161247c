import { totpConfirmationData, type TotpEnrolmentData } from '@calkeep/contract';
import { Box, Button, Center, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call } from '../../api/call.js';
import { CodeInput } from '../../components/code-input.js';
import { codeRefusal } from '../../components/code-refusal.js';
import { CopyButton } from '../../components/copy-button.js';
import { texts } from '../../texts/index.js';

const words = texts.account.security.totp;
const qrSize = 200;

interface TotpDialogProps {
  readonly enrolment: TotpEnrolmentData;
  readonly onClose: () => void;
  readonly onConfirmed: (codes: readonly string[] | undefined) => void;
}

export function TotpDialog({ enrolment, onClose, onConfirmed }: TotpDialogProps) {
  const [code, setCode] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const confirm = useMutation({
    mutationFn: () => call(totpConfirmationData, '/app/auth/mfa/totp/confirm', { method: 'POST', body: { code } }),
    onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
    onError: () => {
      setCode('');
      input.current?.focus();
    },
    // Recovery codes are in the answer: it is kept no longer than it takes to hand them on.
    gcTime: 0,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.dialog}
      centered
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate();
        }}
      >
        <Stack>
          <Text size="sm">{words.scan}</Text>
          <Center>
            <Box bg="white" p="sm" style={{ borderRadius: 'var(--mantine-radius-md)', lineHeight: 0 }}>
              <img
                src={`data:image/svg+xml;utf8,${encodeURIComponent(enrolment.qrSvg)}`}
                alt={words.qr}
                width={qrSize}
                height={qrSize}
              />
            </Box>
          </Center>
          <Text size="sm">{words.type}</Text>
          <Group gap="xs" wrap="nowrap">
            <Code block flex={1} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {enrolment.secret.replace(/(.{4})(?=.)/g, '$1 ')}
            </Code>
            <CopyButton value={enrolment.secret} label={words.copyKey} size="xs" />
          </Group>
          <CodeInput
            ref={input}
            label={words.code}
            isNumeric
            error={codeRefusal(confirm.error, words.wrong)}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" loading={confirm.isPending}>
            {words.submit}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
