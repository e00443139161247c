import { ownSessionsData, type OwnSession } from '@calkeep/contract';
import { Button, Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { ErrorState } from '../../components/error-state.js';
import { notifyFailure } from '../../components/notify.js';
import { PageHeader } from '../../components/page-header.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { SessionRow } from './session-row.js';
import { sessionsKey, useEndSessions } from './use-end-sessions.js';

const words = texts.account.sessions;

export function SessionsPage() {
  const sessions = useQuery({
    queryKey: sessionsKey,
    queryFn: async ({ signal }) => (await call(ownSessionsData, '/app/auth/sessions', { signal })).sessions,
    select: currentFirst,
  });
  const [isAsking, setIsAsking] = useState(false);
  const end = useEndSessions(words.ended);
  const hasOthers = sessions.data?.some(({ isCurrent }) => !isCurrent) ?? false;
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          hasOthers && (
            <Button variant="default" onClick={() => setIsAsking(true)}>
              {words.endOthers}
            </Button>
          )
        }
      />
      {sessions.error && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.isPending && <PageSkeleton />}
      {sessions.data && (
        <Paper component="ul" withBorder radius="md" m={0} p={0} style={{ listStyle: 'none' }} aria-label={words.title}>
          {sessions.data.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              isEnding={end.isPending && end.variables === `/${session.id}`}
              onEnd={() => end.mutate(`/${session.id}`, { onError: notifyFailure })}
            />
          ))}
        </Paper>
      )}
      {isAsking && <EndOthersDialog onClose={() => setIsAsking(false)} />}
    </>
  );
}

function EndOthersDialog({ onClose }: { onClose: () => void }) {
  const endOthers = useEndSessions(words.endedOthers);
  return (
    <ConfirmDialog
      isOpen
      title={words.confirmOthers}
      text={words.confirmOthersText}
      confirm={words.endOthers}
      isDangerous
      isPending={endOthers.isPending}
      error={endOthers.error}
      onConfirm={() => endOthers.mutate('', { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function currentFirst(sessions: readonly OwnSession[]): OwnSession[] {
  return sessions.toSorted((one, other) => Number(other.isCurrent) - Number(one.isCurrent));
}
