import { ownSessionsData, type OwnSession } from '@calkeep/contract';
import { Badge, Button, Code, Group, Paper, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, callWithoutAnswer } from '../../api/call.js';
import { ErrorState } from '../../components/error-state.js';
import { Instant } from '../../components/instant.js';
import { notifyDone, notifyFailure } from '../../components/notify.js';
import { PageHeader } from '../../components/page-header.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { deviceOf } from './device-of.js';

const words = texts.account.sessions;
const queryKey = ['own-sessions'];
const tableWidthMin = 720;

export function SessionsPage() {
  const sessions = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await call(ownSessionsData, '/app/auth/sessions', { signal })).sessions,
  });
  const end = useEnd(words.ended);
  const endOthers = useEnd(words.endedOthers);
  const hasOthers = sessions.data?.some(({ isCurrent }) => !isCurrent) ?? false;
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          hasOthers && (
            <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate('')}>
              {words.endOthers}
            </Button>
          )
        }
      />
      {sessions.error && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.isPending && <PageSkeleton />}
      {sessions.data && (
        <Paper withBorder radius="md">
          <Table.ScrollContainer minWidth={tableWidthMin}>
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{words.device}</Table.Th>
                  <Table.Th>{words.address}</Table.Th>
                  <Table.Th>{words.begun}</Table.Th>
                  <Table.Th>{words.lastSeen}</Table.Th>
                  <Table.Th>{words.expires}</Table.Th>
                  <Table.Td />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {sessions.data.map((session) => (
                  <SessionRow key={session.id} session={session} onEnd={() => end.mutate(`/${session.id}`)} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
    </>
  );
}

function SessionRow({ session, onEnd }: { session: OwnSession; onEnd: () => void }) {
  const device = deviceOf(session.userAgent);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={500} title={session.userAgent ?? undefined}>
            {device}
          </Text>
          {session.isCurrent && <Badge variant="light">{words.current}</Badge>}
          {session.isPending && (
            <Badge variant="default" tt="none">
              {words.pending}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{session.ip !== null && <Code>{session.ip}</Code>}</Table.Td>
      <Table.Td>
        <Instant at={session.createdAt} />
      </Table.Td>
      <Table.Td>
        <Instant at={session.lastSeenAt} />
      </Table.Td>
      <Table.Td>
        <Instant at={session.expiresAt} />
      </Table.Td>
      <Table.Td ta="right">
        {!session.isCurrent && (
          <Button size="xs" variant="default" aria-label={words.endOf(device)} onClick={onEnd}>
            {words.end}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** @param done what is said afterwards. The path's end is `/:id`, or nothing for all others. */
function useEnd(done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pathEnd: string) => callWithoutAnswer(`/app/auth/sessions${pathEnd}`, { method: 'DELETE' }),
    onSuccess: () => notifyDone(done),
    onError: notifyFailure,
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
