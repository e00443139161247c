import { roles, type Member } from '@calkeep/contract';
import { Badge, Button, Group, Paper, Select, Stack, Table, Text, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useOwnWorkspace, useSession } from '../../api/session.js';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import { useChangeRole } from './member-queries.js';
import { RemovalDialog } from './removal-dialog.js';

const words = texts.members;
const widthMin = 760;

export function MembersTable({ ws, members }: { ws: string; members: readonly Member[] }) {
  const [removing, setRemoving] = useState<Member | null>(null);
  return (
    <Paper withBorder radius="md">
      <Table.ScrollContainer minWidth={widthMin}>
        <Table verticalSpacing="sm" horizontalSpacing="md" aria-label={words.caption}>
          <Table.Thead>
            <Table.Tr>
              {Object.values(words.columns).map((title) => (
                <Table.Th key={title}>{title}</Table.Th>
              ))}
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map((member) => (
              <MemberRow key={member.user.id} ws={ws} member={member} onRemove={() => setRemoving(member)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {removing && <RemovalDialog ws={ws} member={removing} onClose={() => setRemoving(null)} />}
    </Paper>
  );
}

interface MemberRowProps {
  readonly ws: string;
  readonly member: Member;
  readonly onRemove: () => void;
}

function MemberRow({ ws, member, onRemove }: MemberRowProps) {
  const { user } = useSession();
  const isOwn = member.user.id === user.id;
  return (
    <Table.Tr>
      <Table.Td>
        <Stack gap={0}>
          <Group gap="xs">
            <Text size="sm" fw={500}>
              {member.user.name}
            </Text>
            {isOwn && <Badge variant="light">{words.you}</Badge>}
          </Group>
          <Text size="xs" c="dimmed">
            {member.user.email}
          </Text>
        </Stack>
      </Table.Td>
      <Table.Td>
        <RoleOf ws={ws} member={member} />
      </Table.Td>
      <Table.Td>
        <SecondFactor member={member} />
      </Table.Td>
      <Table.Td>
        <Instant at={member.createdAt} />
      </Table.Td>
      <Table.Td ta="right">
        <Button
          size="xs"
          variant="default"
          onClick={onRemove}
          {...(!isOwn && { 'aria-label': words.removeOf(member.user.name) })}
        >
          {isOwn ? words.leave : words.remove}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

/** Only owners make or unmake owners. */
function RoleOf({ ws, member }: { ws: string; member: Member }) {
  const isOwner = useOwnWorkspace(ws)?.role === 'owner';
  const change = useChangeRole(ws, member.user);
  if (member.role === 'owner' && !isOwner) return <Text size="sm">{texts.roles.owner}</Text>;
  const offered = roles.filter((role) => isOwner || role !== 'owner');
  return (
    <Select
      size="xs"
      w={130}
      aria-label={words.roleOf(member.user.name)}
      allowDeselect={false}
      disabled={change.isPending}
      data={offered.map((value) => ({ value, label: texts.roles[value] }))}
      value={member.role}
      onChange={(value) => {
        const role = roles.find((known) => known === value);
        if (role !== undefined && role !== member.role) change.mutate(role);
      }}
    />
  );
}

function SecondFactor({ member: { mfa } }: { member: Member }) {
  if (mfa.enrolled) return <Text size="sm">{mfa.methods.map((method) => words.methods[method]).join(', ')}</Text>;
  return (
    <Tooltip label={words.noFactorHint} events={{ hover: true, focus: true, touch: true }}>
      <Badge color="red.9" variant="filled" tabIndex={0}>
        {words.noFactor}
      </Badge>
    </Tooltip>
  );
}
