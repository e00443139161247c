import { Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: Icon;
  readonly title: string;
  readonly explanation: ReactNode;
  readonly action?: ReactNode;
}

/** Why nothing is here, and what would bring something here. */
export function EmptyState({ icon: StateIcon, title, explanation, action }: EmptyStateProps) {
  return (
    <Paper withBorder p="xl" radius="md">
      <Stack align="center" gap="sm" py="lg" ta="center">
        <ThemeIcon size={48} radius="xl" variant="light">
          <StateIcon size={24} stroke={1.6} aria-hidden />
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        <Text c="dimmed" maw={460}>
          {explanation}
        </Text>
        {action}
      </Stack>
    </Paper>
  );
}
