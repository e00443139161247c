import { NavLink, ScrollArea, Stack, Text } from '@mantine/core';
import {
  IconAddressBook,
  IconBook2,
  IconCalendarEvent,
  IconChecklist,
  IconHome2,
  IconKey,
  IconLogs,
  IconSettings,
  IconUsers,
  type Icon,
} from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { sees, type OwnWorkspace } from '../api/session.js';
import { texts } from '../texts/index.js';

const { nav } = texts.shell;

const sections = [
  { title: null, pages: [{ path: '', label: nav.overview, icon: IconHome2, sees: sees.overview }] },
  {
    title: nav.integrations,
    pages: [
      { path: '/api-tokens', label: nav.apiTokens, icon: IconKey, sees: sees.apiTokens },
      { path: '/audit-log', label: nav.auditLog, icon: IconLogs, sees: sees.auditLog },
    ],
  },
  {
    title: nav.data,
    pages: [
      { path: '/contacts', label: nav.contacts, icon: IconAddressBook, sees: sees.data },
      { path: '/bookings', label: nav.bookings, icon: IconCalendarEvent, sees: sees.data },
      { path: '/tasks', label: nav.tasks, icon: IconChecklist, sees: sees.data },
    ],
  },
  {
    title: nav.workspace,
    pages: [
      { path: '/members', label: nav.members, icon: IconUsers, sees: sees.members },
      { path: '/settings', label: nav.settings, icon: IconSettings, sees: sees.settings },
    ],
  },
] as const;

interface NavigationProps {
  readonly workspace: OwnWorkspace | null;
  readonly onNavigate: () => void;
}

/** The pages that the person's role sees. */
export function Navigation({ workspace, onNavigate }: NavigationProps) {
  return (
    <>
      <ScrollArea flex={1} type="auto">
        {workspace &&
          sections.map(({ title, pages }) => {
            const seen = pages.filter((page) => page.sees(workspace.role));
            if (seen.length === 0) return null;
            return (
              <Stack key={title ?? ''} gap={2} mb="md">
                {title !== null && (
                  <Text size="xs" fw={600} c="dimmed" px="sm" pb={2}>
                    {title}
                  </Text>
                )}
                {seen.map(({ path, label, icon }) => (
                  <PageLink
                    key={path}
                    to={`/workspaces/${workspace.id}${path}`}
                    isExact={path === ''}
                    {...{ label, icon, onNavigate }}
                  />
                ))}
              </Stack>
            );
          })}
      </ScrollArea>
      <NavLink
        component="a"
        href="/docs"
        target="_blank"
        rel="noreferrer"
        label={nav.docs}
        leftSection={<IconBook2 size={18} stroke={1.6} aria-hidden />}
      />
    </>
  );
}

interface PageLinkProps {
  readonly to: string;
  readonly label: string;
  readonly icon: Icon;
  readonly isExact: boolean;
  readonly onNavigate: () => void;
}

function PageLink({ to, label, icon: PageIcon, isExact, onNavigate }: PageLinkProps) {
  const path = useLocation({ select: ({ pathname }) => pathname.replace(/\/$/, '') });
  const isCurrent = isExact ? path === to : path === to || path.startsWith(`${to}/`);
  return (
    <NavLink
      component={Link}
      to={to}
      activeOptions={{ exact: isExact }}
      label={label}
      active={isCurrent}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={onNavigate}
      leftSection={<PageIcon size={18} stroke={1.6} aria-hidden />}
    />
  );
}
