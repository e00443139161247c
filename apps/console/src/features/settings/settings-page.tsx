import { isAdministrator } from '@calkeep/contract';
import { Alert, Stack } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { sees, useOwnWorkspace } from '../../api/session.js';
import { workspaceQuery } from '../../api/workspace.js';
import { ErrorState } from '../../components/error-state.js';
import { NotAllowed } from '../../components/not-allowed.js';
import { PageHeader } from '../../components/page-header.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { GeneralSection } from './general-section.js';
import { PlanSection } from './plan-section.js';
import { SandboxSection } from './sandbox-section.js';
import { TokenRulesSection } from './token-rules-section.js';

const words = texts.settings;

export function SettingsPage() {
  const { ws } = useParams({ from: '/signed-in/workspaces/$ws/settings' });
  const role = useOwnWorkspace(ws)?.role;
  if (role === undefined || !sees.settings(role)) return <NotAllowed title={words.title} />;
  return <Settings ws={ws} isAdmin={isAdministrator(role)} />;
}

function Settings({ ws, isAdmin }: { ws: string; isAdmin: boolean }) {
  const workspace = useQuery(workspaceQuery(ws));
  return (
    <>
      <PageHeader title={words.title} description={words.description} />
      {workspace.isPending && <PageSkeleton />}
      {workspace.error && <ErrorState error={workspace.error} onRetry={() => void workspace.refetch()} />}
      {workspace.data && (
        <Stack gap="lg">
          {!isAdmin && (
            <Alert variant="light" icon={<IconInfoCircle aria-hidden />}>
              {words.readOnly}
            </Alert>
          )}
          <GeneralSection workspace={workspace.data} isAdmin={isAdmin} />
          <PlanSection workspace={workspace.data} />
          <TokenRulesSection workspace={workspace.data} isAdmin={isAdmin} />
          {isAdmin && <SandboxSection ws={ws} />}
        </Stack>
      )}
    </>
  );
}
