import { Alert, Anchor, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/api-error.js';
import { texts } from '../texts/index.js';
import { messageOf } from './error-state.js';

/** Why a form was refused, said where the form is; nothing without an error. */
export function Failure({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" variant="light" role="alert" icon={<IconAlertCircle aria-hidden />}>
      <Text size="sm">{messageOf(error)}</Text>
      {error instanceof ApiError && error.code === 'mfa_enrollment_required' && (
        <Anchor component={Link} to="/account/security" size="sm" underline="always">
          {texts.auth.stepUp.setUp}
        </Anchor>
      )}
    </Alert>
  );
}
