import { invitationData } from '@calkeep/contract';
import { Button, Table } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import { Instant } from '../../components/instant.js';
import { notifyDone, notifyFailure } from '../../components/notify.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';
import { invitationsQuery, useRefreshMembers } from './member-queries.js';

const words = texts.members.invitations;
const widthMin = 640;

/** Nothing where none is open. */
export function InvitationsSection({ ws }: { ws: string }) {
  const { data } = useQuery(invitationsQuery(ws));
  const refresh = useRefreshMembers(ws);
  const withdraw = useMutation({
    mutationFn: (id: string) => call(invitationData, `/app/workspaces/${ws}/invitations/${id}`, { method: 'DELETE' }),
    onSuccess: () => notifyDone(words.withdrawn),
    onError: notifyFailure,
    onSettled: refresh,
  });
  if (!data || data.invitations.length === 0) return null;
  return (
    <Section title={words.title}>
      <Table.ScrollContainer minWidth={widthMin}>
        <Table verticalSpacing="sm" aria-label={words.title}>
          <Table.Thead>
            <Table.Tr>
              {Object.values(words.columns).map((title) => (
                <Table.Th key={title}>{title}</Table.Th>
              ))}
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.invitations.map(({ id, email, role, invitedBy, expiresAt }) => (
              <Table.Tr key={id}>
                <Table.Td>{email}</Table.Td>
                <Table.Td>{texts.roles[role]}</Table.Td>
                <Table.Td>{invitedBy?.name ?? texts.common.operator}</Table.Td>
                <Table.Td>
                  <Instant at={expiresAt} />
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={words.withdrawOf(email)}
                    loading={withdraw.isPending && withdraw.variables === id}
                    onClick={() => withdraw.mutate(id)}
                  >
                    {words.withdraw}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
