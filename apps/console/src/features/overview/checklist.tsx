import type { WorkspaceSettings } from '@calkeep/contract';
import { Anchor, Button, Group, Loader, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../../api/session.js';
import { CodeBlock } from '../../components/code-block.js';
import { Instant } from '../../components/instant.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';

const words = texts.overview.checklist;

/** The way from a new workspace to its first call. It stays, as a record, when all is done. */
export function Checklist({ workspace }: { workspace: WorkspaceSettings }) {
  const { mfa } = useSession();
  const { firstTokenAt, firstCallAt } = workspace.milestones;
  const done = [mfa.enrolled, firstTokenAt !== null, firstCallAt !== null].filter(Boolean).length;
  return (
    <Section title={words.title} text={words.done(done, 3)}>
      <Stack component="ol" gap="lg" m={0} p={0} style={{ listStyle: 'none' }}>
        <Step number={1} isDone={mfa.enrolled} title={words.secure.title}>
          {!mfa.enrolled && (
            <>
              <Text size="sm">{words.secure.text}</Text>
              <Button component={Link} to="/account/security" size="xs">
                {words.secure.action}
              </Button>
            </>
          )}
        </Step>
        <Step number={2} isDone={firstTokenAt !== null} title={words.token.title}>
          {firstTokenAt === null && <TokenStep workspace={workspace} />}
        </Step>
        <Step number={3} isDone={firstCallAt !== null} title={words.call.title}>
          {firstCallAt === null ? (
            <CallStep isAwaited={firstTokenAt !== null} />
          ) : (
            <Text size="sm" c="dimmed">
              {words.call.arrived} <Instant at={firstCallAt} />
            </Text>
          )}
        </Step>
      </Stack>
    </Section>
  );
}

function TokenStep({ workspace }: { workspace: WorkspaceSettings }) {
  const { id, plan } = workspace;
  const to = `/workspaces/${id}/api-tokens`;
  if (!plan.hasApiTokens) {
    return (
      <Text size="sm">
        {words.token.noTokens(plan.name)}{' '}
        <Anchor component={Link} to={to} underline="always">
          {words.token.offer}
        </Anchor>
      </Text>
    );
  }
  return (
    <>
      <Text size="sm">{words.token.text}</Text>
      <Button component={Link} to={`${to}/new`} size="xs">
        {words.token.action}
      </Button>
    </>
  );
}

function CallStep({ isAwaited }: { isAwaited: boolean }) {
  const command = `curl -sS -H 'Authorization: Bearer ck_live_…' '${window.location.origin}/api/v1/me'`;
  return (
    <Stack gap="xs" w="100%">
      <Text size="sm">{words.call.text}</Text>
      <CodeBlock code={command} copyLabel={words.call.copy} />
      {isAwaited && (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          <Text size="sm" c="dimmed">
            {words.call.waiting}
          </Text>
        </Group>
      )}
    </Stack>
  );
}

interface StepProps {
  readonly number: number;
  readonly isDone: boolean;
  readonly title: string;
  readonly children: ReactNode;
}

function Step({ number, isDone, title, children }: StepProps) {
  return (
    <Group component="li" align="flex-start" gap="md" wrap="nowrap">
      <ThemeIcon radius="xl" size={28} color={isDone ? 'teal.9' : 'gray'} variant={isDone ? 'filled' : 'default'}>
        {isDone ? <IconCheck size={16} aria-hidden /> : <span aria-hidden>{number}</span>}
      </ThemeIcon>
      <Stack gap="xs" flex={1} miw={0} align="flex-start" pt={3}>
        <Title order={3} size="h5">
          {title} <VisuallyHidden>{isDone ? words.isDone : words.isOpen}</VisuallyHidden>
        </Title>
        {children}
      </Stack>
    </Group>
  );
}
