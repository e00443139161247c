import { Badge, Button, Group, Menu, Text } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useSession, type OwnWorkspace } from '../api/session.js';
import { texts } from '../texts/index.js';

export function WorkspaceSwitcher({ current }: { current: OwnWorkspace }) {
  const { workspaces } = useSession();
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          miw={0}
          px="sm"
          rightSection={<IconSelector size={16} aria-hidden />}
          aria-label={texts.shell.switchWorkspace(current.name)}
        >
          <Text truncate maw={{ base: 110, xs: 220 }} size="sm" fw={500}>
            {current.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{texts.shell.workspaces}</Menu.Label>
        {workspaces.map(({ id, name, plan, role }) => (
          <Menu.Item
            key={id}
            component={Link}
            to={role === 'auditor' ? `/workspaces/${id}/audit-log` : `/workspaces/${id}`}
            rightSection={id === current.id ? <IconCheck size={16} aria-label={texts.shell.current} /> : undefined}
          >
            <Group gap="xs" wrap="nowrap">
              <Text size="sm" truncate>
                {name}
              </Text>
              <Badge size="xs" variant="default">
                {texts.plans[plan]}
              </Badge>
            </Group>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
