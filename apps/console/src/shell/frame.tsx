import { AppShell, Box, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { OwnWorkspace } from '../api/session.js';
import { texts } from '../texts/index.js';
import { ColorSchemeButton } from './color-scheme-button.js';
import { Logo } from './logo.js';
import { Navigation } from './navigation.js';
import { UserMenu } from './user-menu.js';
import { WorkspaceSwitcher } from './workspace-switcher.js';

const contentWidthMax = 1200;

/** What stands around every page behind the sign-in. */
export function Frame({ workspace, children }: { workspace: OwnWorkspace | null; children: ReactNode }) {
  const [isOpen, menu] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <AppShell.Header>
        <a className="skip-link" href="#content">
          {texts.shell.skipToContent}
        </a>
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger
              opened={isOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? texts.shell.closeMenu : texts.shell.openMenu}
            />
            <Logo />
            {workspace && <WorkspaceSwitcher current={workspace} />}
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeButton />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label={texts.shell.navigation}>
        <Navigation workspace={workspace} onNavigate={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Box maw={contentWidthMax} mx="auto">
          {children}
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}
