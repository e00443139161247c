import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Something to know before one goes on. Plain behind the text, for contrast in both themes. */
export function Notice({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <Alert
      variant="default"
      icon={<IconAlertTriangle color="var(--mantine-color-orange-6)" aria-hidden />}
      {...(title !== undefined && { title })}
      style={{ borderInlineStart: '4px solid var(--mantine-color-orange-6)' }}
    >
      {children}
    </Alert>
  );
}
