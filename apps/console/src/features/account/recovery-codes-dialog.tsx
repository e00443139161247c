import { Alert, Button, Checkbox, Code, Group, Modal, SimpleGrid, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession } from '../../api/session.js';
import { CopyButton } from '../../components/copy-button.js';
import { saveFile } from '../../components/save-file.js';
import { texts } from '../../texts/index.js';

const words = texts.account.security.recovery;

/** Shown once. It does not close by accident, and neither does the page nor its tab before the browser has asked. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { user } = useSession();
  const [isKept, setIsKept] = useState(false);
  useBlocker({ shouldBlockFn: () => true, enableBeforeUnload: true });
  const file = words.file(user.email, codes);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.dialog}
      centered
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert role="note" color="yellow" variant="light">
          {words.warning}
        </Alert>
        <SimpleGrid cols={2} spacing="xs">
          {codes.map((code) => (
            <Code key={code} fz="sm" ta="center" py={6}>
              {code}
            </Code>
          ))}
        </SimpleGrid>
        <Group gap="xs">
          <CopyButton value={codes.join('\n')} label={words.copy} />
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => saveFile('calkeep-recovery-codes.txt', new Blob([file], { type: 'text/plain' }))}
          >
            {words.download}
          </Button>
        </Group>
        <Checkbox
          label={words.kept}
          checked={isKept}
          data-autofocus
          onChange={(event) => setIsKept(event.currentTarget.checked)}
        />
        <Button disabled={!isKept} onClick={onClose}>
          {words.done}
        </Button>
      </Stack>
    </Modal>
  );
}
