import { Button, Group } from '@mantine/core';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useSession } from '../api/session.js';
import { texts } from '../texts/index.js';
import { Frame } from './frame.js';
import { lastWorkspaceOf } from './last-workspace.js';

const { userMenu } = texts.shell;

const pages = [
  { to: '/account', label: userMenu.profile },
  { to: '/account/security', label: userMenu.security },
  { to: '/account/sessions', label: userMenu.sessions },
] as const;

/** A person's own pages, beside the workspace where they were last. */
export function AccountLayout() {
  return (
    <Frame workspace={lastWorkspaceOf(useSession())}>
      <AccountNavigation />
      <Outlet />
    </Frame>
  );
}

function AccountNavigation() {
  const pathname = useLocation({ select: (location) => location.pathname.replace(/\/$/, '') });
  return (
    <Group component="nav" aria-label={texts.account.navigation} gap={4} mb="lg" ml={{ base: 0, sm: -12 }}>
      {pages.map(({ to, label }) => (
        <Button
          key={to}
          component={Link}
          to={to}
          activeOptions={{ exact: true }}
          size="sm"
          px={12}
          variant={pathname === to ? 'light' : 'subtle'}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
