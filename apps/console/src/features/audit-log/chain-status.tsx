import type { AuditVerificationData } from '@calkeep/contract';
import { Alert, Badge, Button, Code, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { IconLink, IconLinkOff } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { ErrorState } from '../../components/error-state.js';
import { texts } from '../../texts/index.js';
import { verifyLog } from './audit-queries.js';

const words = texts.auditLog.verify;

/** Whether the log is what it was, checked when somebody asks. */
export function ChainStatus({ ws }: { ws: string }) {
  const verification = useMutation({ mutationFn: () => verifyLog(ws) });
  return (
    <Paper withBorder radius="md" p="md">
      <Group justify="space-between" gap="sm">
        <div role="status">
          {verification.isPending ? (
            <Group gap="xs">
              <Loader size="xs" />
              <Text size="sm">{words.running}</Text>
            </Group>
          ) : (
            verification.data && <Verdict verification={verification.data} />
          )}
          {verification.isIdle && (
            <Text size="sm" c="dimmed">
              {words.idle}
            </Text>
          )}
        </div>
        <Button
          variant="default"
          leftSection={<IconLink size={16} aria-hidden />}
          disabled={verification.isPending}
          onClick={() => verification.mutate()}
        >
          {words.run}
        </Button>
      </Group>
      {verification.error && <ErrorState error={verification.error} onRetry={() => verification.mutate()} />}
    </Paper>
  );
}

function Verdict({ verification }: { verification: AuditVerificationData }) {
  const { valid, entries, checkpoints, head, firstBrokenSeq, reason } = verification;
  if (valid) {
    return (
      <Stack gap={4}>
        <Group gap="xs">
          <Badge color="teal.9" variant="filled" leftSection={<IconLink size={12} aria-hidden />}>
            {words.valid}
          </Badge>
          <Text size="sm">{words.validText(entries, checkpoints.checked)}</Text>
        </Group>
        <Text size="xs" c="dimmed">
          {words.head} <Code fz="xs">{head.slice(0, 16)}…</Code>
        </Text>
      </Stack>
    );
  }
  return (
    <Alert color="red" variant="light" icon={<IconLinkOff aria-hidden />} title={words.broken}>
      {words.brokenText(firstBrokenSeq, entries)} {reason !== undefined && words.reasons[reason]}
    </Alert>
  );
}
