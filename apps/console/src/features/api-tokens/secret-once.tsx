import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { CodeBlock } from '../../components/code-block.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';
import { Notice } from './notice.js';

const words = texts.apiTokens.generateToken.secret;

interface SecretOnceProps {
  /** It stands in this component alone: with the page it is gone. */
  readonly secret: string;
  readonly onDone: () => void;
}

/** The one time that a secret is shown. Whoever leaves without it is asked whether they mean it. */
export function SecretOnce({ secret, onDone }: SecretOnceProps) {
  const [isKept, setIsKept] = useState(false);
  return (
    <Section title={words.title}>
      <Notice>{words.warning}</Notice>
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {words.label}
        </Text>
        <CodeBlock code={secret} copyLabel={words.copy} onCopied={() => setIsKept(true)} />
      </Stack>
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {words.try}
        </Text>
        <Text size="xs" c="dimmed">
          {words.tryHint}
        </Text>
        <CodeBlock code={commandWith(secret)} copyLabel={words.copyCommand} onCopied={() => setIsKept(true)} />
      </Stack>
      <Group justify="space-between">
        <Checkbox label={words.kept} checked={isKept} onChange={(event) => setIsKept(event.currentTarget.checked)} />
        <Button onClick={onDone}>{words.done}</Button>
      </Group>
      <LeaveWarning isNeeded={!isKept} />
    </Section>
  );
}

/** @param token a secret, or what stands for one. */
export function commandWith(token: string): string {
  return `curl -sS -H 'Authorization: Bearer ${token}' '${window.location.origin}/api/v1/me'`;
}

function LeaveWarning({ isNeeded }: { isNeeded: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: () => isNeeded,
    enableBeforeUnload: () => isNeeded,
    withResolver: true,
  });
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={words.leaveTitle}
      centered
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <Stack>
        <Text size="sm">{words.leave}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => blocker.proceed?.()}>
            {words.leaveAnyway}
          </Button>
          <Button onClick={() => blocker.reset?.()} data-autofocus>
            {words.stay}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
