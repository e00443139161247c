import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import { sees, useOwnWorkspace, type OwnWorkspace } from '../../api/session.js';
import { workspaceQuery } from '../../api/workspace.js';
import { ErrorState } from '../../components/error-state.js';
import { PageHeader } from '../../components/page-header.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { ApiSection } from './api-section.js';
import { Checklist } from './checklist.js';
import { UseSection } from './use-section.js';

const words = texts.overview;
/** While the first call is awaited. */
const pollMs = 3_000;

/** Where a workspace begins; for an auditor, that is the audit log. */
export function OverviewPage() {
  const { ws } = useParams({ from: '/signed-in/workspaces/$ws' });
  const own = useOwnWorkspace(ws);
  if (!own) return null;
  if (!sees.overview(own.role)) return <Navigate to="/workspaces/$ws/audit-log" params={{ ws }} replace />;
  return <Overview own={own} />;
}

function Overview({ own }: { own: OwnWorkspace }) {
  const workspace = useQuery({
    ...workspaceQuery(own.id),
    refetchInterval: ({ state: { data } }) =>
      data?.milestones.firstTokenAt && !data.milestones.firstCallAt ? pollMs : false,
  });
  const isAdmin = sees.apiTokens(own.role);
  return (
    <>
      <PageHeader title={words.title} description={words.description(own.name, texts.plans[own.plan])} />
      {workspace.isPending && <PageSkeleton />}
      {workspace.error && <ErrorState error={workspace.error} onRetry={() => void workspace.refetch()} />}
      {workspace.data && (
        <Stack gap="lg">
          {isAdmin && <Checklist workspace={workspace.data} />}
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            <UseSection workspace={workspace.data} />
            <ApiSection plan={workspace.data.plan} />
          </SimpleGrid>
        </Stack>
      )}
    </>
  );
}
