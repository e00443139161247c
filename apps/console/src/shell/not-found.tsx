import { Button, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { texts } from '../texts/index.js';

export function NotFound() {
  return (
    <Stack align="center" gap="sm" py={80} component="main">
      <Title order={1}>{texts.shell.notFound.title}</Title>
      <Text c="dimmed">{texts.shell.notFound.explanation}</Text>
      <Button component={Link} to="/" variant="light">
        {texts.shell.notFound.home}
      </Button>
    </Stack>
  );
}
