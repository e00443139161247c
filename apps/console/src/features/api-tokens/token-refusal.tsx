import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../../api/api-error.js';
import { useSession } from '../../api/session.js';
import { Failure } from '../../components/failure.js';
import { texts } from '../../texts/index.js';
import { Notice } from './notice.js';

const words = texts.apiTokens.generateToken;

interface TokenRefusalProps {
  readonly ws: string;
  readonly planName: string;
  readonly error: unknown;
}

/** Why a token was not issued or not rotated, where it is no field's fault. */
export function TokenRefusal({ ws, planName, error }: TokenRefusalProps) {
  if (!(error instanceof ApiError) || error.code !== 'quota_exceeded') return <Failure error={error} />;
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertCircle aria-hidden />} title={words.quotaTitle}>
      <Stack gap={4} align="flex-start">
        <Text size="sm">{words.quota(limitOf(error), planName)}</Text>
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => (
            <Link to="/workspaces/$ws/api-tokens" params={{ ws }} search={{ status: 'active' }} {...props} />
          )}
        >
          {words.quotaAction}
        </Anchor>
      </Stack>
    </Alert>
  );
}

/** Before anything is typed in vain. */
export function EnrolFirst() {
  const { mfa } = useSession();
  if (mfa.enrolled) return null;
  return (
    <Notice title={words.enrolTitle}>
      <Group gap="sm">
        <Text size="sm">{words.enrol}</Text>
        <Button component={Link} to="/account/security" size="xs" variant="default">
          {words.enrolAction}
        </Button>
      </Group>
    </Notice>
  );
}

function limitOf({ details }: ApiError): number {
  const limit = details !== undefined && !Array.isArray(details) ? details['limit'] : undefined;
  return typeof limit === 'number' ? limit : 0;
}
