import { Button, Stack } from '@mantine/core';
import { IconLogs } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { sees, useOwnWorkspace } from '../../api/session.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { NotAllowed } from '../../components/not-allowed.js';
import { PageHeader } from '../../components/page-header.js';
import { Pager } from '../../components/pager.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { AuditFilters } from './audit-filters.js';
import type { AuditSearch } from './audit-log.routes.js';
import { auditEventsQuery } from './audit-queries.js';
import { AuditTable } from './audit-table.js';
import { ChainStatus } from './chain-status.js';
import { ExportButton } from './export-button.js';

const words = texts.auditLog;
const from = '/signed-in/workspaces/$ws/audit-log';

export function AuditLogPage() {
  const { ws } = useParams({ from });
  const role = useOwnWorkspace(ws)?.role;
  if (role === undefined || !sees.auditLog(role)) return <NotAllowed title={words.title} />;
  return <AuditLog ws={ws} />;
}

function AuditLog({ ws }: { ws: string }) {
  const search = useSearch({ from });
  const navigate = useNavigate({ from: '/workspaces/$ws/audit-log' });
  const events = useQuery(auditEventsQuery(ws, search));
  /** A filter begins at the first page. */
  const filter = (change: Partial<AuditSearch>) => {
    void navigate({ search: (present) => ({ ...present, page: undefined, ...change }), replace: true });
  };
  const clear = () => void navigate({ search: {}, replace: true });
  const isFiltered = [search.action, search.actorId, search.targetId, search.range].some((set) => set !== undefined);
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={<ExportButton ws={ws} search={search} />}
      />
      <Stack gap="lg">
        <ChainStatus ws={ws} />
        <AuditFilters search={search} onChange={filter} {...(isFiltered && { onClear: clear })} />
        {events.error && <ErrorState error={events.error} onRetry={() => void events.refetch()} />}
        {events.isPending && <PageSkeleton />}
        {events.data?.auditEvents.length === 0 && (
          <EmptyState
            icon={IconLogs}
            title={isFiltered ? words.empty.filtered : words.empty.title}
            explanation={isFiltered ? words.empty.filteredText : words.empty.text}
            action={
              isFiltered && (
                <Button variant="default" onClick={clear}>
                  {words.filters.clear}
                </Button>
              )
            }
          />
        )}
        {events.data && events.data.auditEvents.length > 0 && (
          <div>
            <AuditTable events={events.data.auditEvents} onFilter={filter} />
            {'page' in events.data.pagination && (
              <Pager
                {...events.data.pagination}
                onPage={(page) => void navigate({ search: (present) => ({ ...present, page }) })}
              />
            )}
          </div>
        )}
      </Stack>
    </>
  );
}
