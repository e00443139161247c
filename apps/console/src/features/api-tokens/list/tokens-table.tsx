import { Group, Paper, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { texts } from '../../../texts/index.js';
import { TokenCreated, TokenExpiry, TokenLastUse, TokenName, TokenScopes } from '../token-cells.js';
import type { ListedToken } from '../token-queries.js';
import { shownStatusOf, TokenStatus } from '../token-status.js';

const words = texts.apiTokens;
const widthMin = 860;

interface TokensTableProps {
  readonly ws: string;
  readonly rows: readonly ListedToken[];
  readonly hasApiTokens: boolean;
}

/** As a table where it has room, as cards where it has none. */
export function TokensTable(props: TokensTableProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return isNarrow ? <Cards {...props} /> : <Rows {...props} />;
}

function Rows({ ws, rows, hasApiTokens }: TokensTableProps) {
  const { token, scopes, status, created, expires, lastUsed } = words.columns;
  return (
    <Paper withBorder radius="md">
      <Table.ScrollContainer minWidth={widthMin}>
        <Table verticalSpacing="sm" horizontalSpacing="md" aria-label={words.title}>
          <Table.Thead>
            <Table.Tr>
              {[token, scopes, status, created, expires, lastUsed].map((title) => (
                <Table.Th key={title}>{title}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.token.id}>
                <Table.Td>
                  <TokenName ws={ws} token={row.token} />
                  <Reasons row={row} />
                </Table.Td>
                <Table.Td>
                  <TokenScopes token={row.token} />
                </Table.Td>
                <Table.Td>
                  <TokenStatus status={shownStatusOf(row.token, hasApiTokens)} />
                </Table.Td>
                <Table.Td>
                  <TokenCreated token={row.token} />
                </Table.Td>
                <Table.Td>
                  <TokenExpiry token={row.token} />
                </Table.Td>
                <Table.Td>
                  <TokenLastUse token={row.token} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function Cards({ ws, rows, hasApiTokens }: TokensTableProps) {
  return (
    <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label={words.title}>
      {rows.map((row) => (
        <Paper key={row.token.id} component="li" withBorder radius="md" p="md">
          <Stack gap="sm">
            <Group justify="space-between" align="flex-start" wrap="nowrap">
              <TokenName ws={ws} token={row.token} />
              <TokenStatus status={shownStatusOf(row.token, hasApiTokens)} />
            </Group>
            <Reasons row={row} />
            <TokenScopes token={row.token} />
            <Group grow align="flex-start" gap="sm">
              <Labelled name={words.columns.created}>
                <TokenCreated token={row.token} />
              </Labelled>
              <Labelled name={words.columns.expires}>
                <TokenExpiry token={row.token} />
              </Labelled>
              <Labelled name={words.columns.lastUsed}>
                <TokenLastUse token={row.token} />
              </Labelled>
            </Group>
          </Stack>
        </Paper>
      ))}
    </Stack>
  );
}

function Labelled({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Stack gap={0}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      {children}
    </Stack>
  );
}

function Reasons({ row: { reasons } }: { row: ListedToken }) {
  if (reasons.length === 0) return null;
  return (
    <Text size="xs" c="var(--mantine-color-error)">
      {reasons.map((reason) => words.reasons[reason]).join(' · ')}
    </Text>
  );
}
