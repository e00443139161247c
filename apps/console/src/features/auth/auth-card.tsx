import { Box, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { ColorSchemeButton } from '../../shell/color-scheme-button.js';
import { Logo } from '../../shell/logo.js';

interface AuthCardProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly children: ReactNode;
  /** Below the card: the other way in. */
  readonly footer?: ReactNode;
}

const cardWidth = 420;

/** The page of whoever is not signed in: one card with one thing to do. */
export function AuthCard({ title, text, children, footer }: AuthCardProps) {
  useDocumentTitle(`${title} · CalKeep`);
  return (
    <Box mih="100dvh" bg="light-dark(var(--mantine-color-gray-0), var(--mantine-color-dark-8))">
      <Group component="header" justify="space-between" px="lg" py="md">
        <Logo />
        <ColorSchemeButton />
      </Group>
      <Center component="main" px="md" pb={80} pt={{ base: 16, sm: 56 }}>
        <Stack w="100%" maw={cardWidth} gap="md">
          <Paper withBorder shadow="sm" radius="lg" p={{ base: 'lg', sm: 'xl' }}>
            <Stack gap="lg">
              <Stack gap={6}>
                <Title order={1} size="h2">
                  {title}
                </Title>
                {text !== undefined && (
                  <Text c="dimmed" size="sm">
                    {text}
                  </Text>
                )}
              </Stack>
              {children}
            </Stack>
          </Paper>
          {footer !== undefined && (
            <Text size="sm" ta="center" c="dimmed" component="div">
              {footer}
            </Text>
          )}
        </Stack>
      </Center>
    </Box>
  );
}
