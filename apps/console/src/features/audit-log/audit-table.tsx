import type { AuditEventRow } from '@calkeep/contract';
import { Anchor, Code, Paper, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import { AuditDetail } from './audit-detail.js';
import type { AuditSearch } from './audit-log.routes.js';
import { actionOf, actorOf, targetOf } from './audit-words.js';

const { columns, caption, detail } = texts.auditLog;
const widthMin = 780;

interface AuditTableProps {
  readonly events: readonly AuditEventRow[];
  readonly onFilter: (change: Partial<AuditSearch>) => void;
}

export function AuditTable({ events, onFilter }: AuditTableProps) {
  const [open, setOpen] = useState<AuditEventRow | null>(null);
  return (
    <Paper withBorder radius="md">
      <Table.ScrollContainer minWidth={widthMin}>
        <Table verticalSpacing="xs" horizontalSpacing="md" highlightOnHover aria-label={caption}>
          <Table.Thead>
            <Table.Tr>
              {Object.values(columns).map((title) => (
                <Table.Th key={title}>{title}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.map((event) => (
              <Table.Tr key={event.id}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  <Instant at={event.createdAt} />
                </Table.Td>
                <Table.Td>
                  <Stack gap={0}>
                    <Anchor
                      component="button"
                      type="button"
                      size="sm"
                      ta="start"
                      fw={500}
                      aria-label={detail.open(actionOf(event), event.seq)}
                      onClick={() => setOpen(event)}
                    >
                      {actionOf(event)}
                    </Anchor>
                    <Text size="xs" c="dimmed" ff="monospace">
                      {event.action}
                    </Text>
                  </Stack>
                </Table.Td>
                <Table.Td>{actorOf(event)}</Table.Td>
                <Table.Td>{targetOf(event)}</Table.Td>
                <Table.Td>{event.ip !== null && <Code>{event.ip}</Code>}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <AuditDetail
        event={open}
        onClose={() => setOpen(null)}
        onFilter={(change) => {
          setOpen(null);
          onFilter(change);
        }}
      />
    </Paper>
  );
}
