import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../api/api-error.js';
import { texts } from '../texts/index.js';

interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong in words, the request to quote to support, and another try. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title={texts.errors.title}
      my="md"
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{messageOf(error)}</Text>
        {requestId !== null && (
          <Text size="xs">
            {texts.errors.requestId} <Code>{requestId}</Code>
          </Text>
        )}
        {onRetry && (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              {texts.errors.retry}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

/** In the console's words where it has some, in the server's otherwise. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return texts.errors.unexpected;
  if (error.code === 'rate_limited' && error.retryAfterSeconds !== null)
    return texts.errors.rateLimited(error.retryAfterSeconds);
  return error.message;
}
