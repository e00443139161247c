import type { OwnSession } from '@calkeep/contract';
import { Badge, Box, Button, Code, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import { deviceOf } from './device-of.js';

const words = texts.account.sessions;

interface SessionRowProps {
  readonly session: OwnSession;
  readonly isEnding: boolean;
  readonly onEnd: () => void;
}

export function SessionRow({ session, isEnding, onEnd }: SessionRowProps) {
  const { name, isHandheld } = deviceOf(session.userAgent);
  const DeviceIcon = isHandheld ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Box component="li" p={{ base: 'md', sm: 'lg' }} className="divided">
      <Group justify="space-between" gap="sm">
        <Group gap="md" wrap="nowrap" align="flex-start" flex={1} miw={260}>
          <ThemeIcon variant="default" size={38} radius="md">
            <DeviceIcon size={20} stroke={1.6} aria-hidden />
          </ThemeIcon>
          <Stack gap={4}>
            <Group gap="xs">
              <Text fw={500} title={session.userAgent ?? undefined}>
                {name}
              </Text>
              <Marks session={session} />
            </Group>
            <Text size="sm" c="dimmed" component="div">
              {session.ip !== null && (
                <>
                  <Code>{session.ip}</Code> ·{' '}
                </>
              )}
              {words.lastSeen} <Instant at={session.lastSeenAt} /> · {words.begun} <Instant at={session.createdAt} /> ·{' '}
              {words.expires} <Instant at={session.expiresAt} />
            </Text>
          </Stack>
        </Group>
        {!session.isCurrent && (
          <Button size="xs" variant="default" aria-label={words.endOf(name)} loading={isEnding} onClick={onEnd}>
            {words.end}
          </Button>
        )}
      </Group>
    </Box>
  );
}

function Marks({ session }: { session: OwnSession }) {
  return (
    <>
      {session.isCurrent && (
        <Badge variant="light" tt="none">
          {words.current}
        </Badge>
      )}
      {session.isPending && (
        <Badge variant="default" tt="none">
          {words.pending}
        </Badge>
      )}
    </>
  );
}
