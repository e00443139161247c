import { scopes as everyScope, type ApiToken } from '@calkeep/contract';
import { Anchor, Code, Group, Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import { TokenMode } from './token-status.js';

const words = texts.apiTokens;
const scopesShown = 2;

interface TokenCellProps {
  readonly token: ApiToken;
}

export function TokenName({ ws, token }: TokenCellProps & { ws: string }) {
  return (
    <Stack gap={2}>
      <Group gap="xs" wrap="nowrap">
        <Anchor
          component={Link}
          to={`/workspaces/${ws}/api-tokens/${token.id}`}
          fw={500}
          size="sm"
          style={{ overflowWrap: 'anywhere' }}
        >
          {token.label}
        </Anchor>
        {token.mode === 'test' && <TokenMode mode={token.mode} />}
      </Group>
      <Text size="xs" c="dimmed" ff="monospace">
        {token.displayPrefix}…
      </Text>
    </Stack>
  );
}

/** A few of them, and a button for the rest. */
export function TokenScopes({ token: { label, scopes } }: TokenCellProps) {
  const isAll = scopes.length === everyScope.length;
  const shown = isAll ? [] : scopes.slice(0, scopesShown);
  const rest = scopes.length - shown.length;
  const shortly = isAll ? words.fullAccess : words.moreScopes(rest);
  const name = words.allScopesOf(shortly, label, scopes.length);
  return (
    <Group gap={4} maw={240}>
      {shown.map((scope) => (
        <Code key={scope}>{scope}</Code>
      ))}
      {rest > 0 && (
        <Popover position="bottom-start" withArrow shadow="md" trapFocus={false}>
          <Popover.Target>
            <UnstyledButton aria-label={name} fz="xs" td="underline" px={4} py={2}>
              {shortly}
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown aria-label={name}>
            <Stack gap={4}>
              {scopes.map((scope) => (
                <Code key={scope}>{scope}</Code>
              ))}
            </Stack>
          </Popover.Dropdown>
        </Popover>
      )}
    </Group>
  );
}

export function TokenCreated({ token: { createdAt, issuer } }: TokenCellProps) {
  return (
    <TwoLines second={words.by(issuer?.name ?? texts.common.operator)}>
      <Instant at={createdAt} />
    </TwoLines>
  );
}

export function TokenExpiry({ token: { expiresAt } }: TokenCellProps) {
  return <Text size="sm">{expiresAt === null ? words.noExpiry : <Instant at={expiresAt} />}</Text>;
}

export function TokenLastUse({ token: { lastUsedAt, lastUsedIp } }: TokenCellProps) {
  if (lastUsedAt === null)
    return (
      <Text size="sm" c="dimmed">
        {words.notUsed}
      </Text>
    );
  return (
    <TwoLines second={lastUsedIp === null ? null : words.from(lastUsedIp)}>
      <Instant at={lastUsedAt} />
    </TwoLines>
  );
}

function TwoLines({ children, second }: { children: ReactNode; second: string | null }) {
  return (
    <Stack gap={0}>
      <Text size="sm">{children}</Text>
      {second !== null && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {second}
        </Text>
      )}
    </Stack>
  );
}
