import type { WorkspaceSettings } from '@calkeep/contract';
import { Button, Stack } from '@mantine/core';
import { IconCircleCheck, IconKey, IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { workspaceQuery } from '../../api/workspace.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { PageHeader } from '../../components/page-header.js';
import { Pager } from '../../components/pager.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import type { TokensSearch } from './api-tokens.routes.js';
import { ForAdministrators } from './for-administrators.js';
import { Attention } from './list/attention.js';
import { PlanOffer, SuspendedNote } from './list/plan-offer.js';
import { TokenFilters } from './list/token-filters.js';
import { TokensTable } from './list/tokens-table.js';
import { tokensQuery } from './token-queries.js';

const words = texts.apiTokens;
const from = '/signed-in/workspaces/$ws/api-tokens';

export function ApiTokensPage() {
  return <ForAdministrators>{(ws) => <Tokens ws={ws} />}</ForAdministrators>;
}

function Tokens({ ws }: { ws: string }) {
  const workspace = useQuery(workspaceQuery(ws));
  const search = useSearch({ from });
  const tokens = useQuery(tokensQuery(ws, search));
  const error = workspace.error ?? tokens.error;
  if (error)
    return (
      <>
        <PageHeader title={words.title} />
        <ErrorState error={error} onRetry={() => void Promise.all([workspace.refetch(), tokens.refetch()])} />
      </>
    );
  if (!workspace.data || !tokens.data) return <PageSkeleton />;
  const { plan, usage } = workspace.data;
  return (
    <>
      <PageHeader
        title={words.title}
        description={
          plan.hasApiTokens
            ? `${words.description} ${words.active(usage.activeApiTokens, plan.activeTokensMax)}.`
            : words.description
        }
        actions={plan.hasApiTokens && <GenerateButton ws={ws} label={words.generate} />}
      />
      <Body ws={ws} workspace={workspace.data} hasAny={tokens.data.pagination.total > 0 || isFiltered(search)}>
        <List ws={ws} hasApiTokens={plan.hasApiTokens} />
      </Body>
    </>
  );
}

interface BodyProps {
  readonly ws: string;
  readonly workspace: WorkspaceSettings;
  readonly hasAny: boolean;
  readonly children: ReactNode;
}

function Body({ ws, workspace: { plan }, hasAny, children }: BodyProps) {
  if (plan.hasApiTokens)
    return (
      <Stack gap="lg">
        <Attention ws={ws} />
        {children}
      </Stack>
    );
  return (
    <Stack gap="lg">
      {hasAny && <SuspendedNote plan={plan} />}
      <PlanOffer ws={ws} plan={plan} />
      {hasAny && children}
    </Stack>
  );
}

function List({ ws, hasApiTokens }: { ws: string; hasApiTokens: boolean }) {
  const search = useSearch({ from });
  const navigate = useNavigate({ from: '/workspaces/$ws/api-tokens' });
  const { data } = useQuery(tokensQuery(ws, search));
  const [cleared, setCleared] = useState(0);
  if (!data) return <PageSkeleton />;
  const { rows, pagination } = data;
  if (rows.length === 0 && !isFiltered(search)) return <NoTokens ws={ws} />;
  return (
    <>
      <TokenFilters
        key={`${search.view ?? 'all'} ${cleared}`}
        search={search}
        onChange={(next) => void navigate({ search: next, replace: true })}
      />
      {rows.length === 0 ? (
        <NothingFound
          search={search}
          onClear={() => {
            setCleared(cleared + 1);
            void navigate({ search: {}, replace: true });
          }}
        />
      ) : (
        <div>
          <TokensTable ws={ws} rows={rows} hasApiTokens={hasApiTokens} />
          <Pager {...pagination} onPage={(page) => void navigate({ search: { ...search, page } })} />
        </div>
      )}
    </>
  );
}

function isFiltered({ view, status, q, page }: TokensSearch): boolean {
  return [view, status, q, page].some((filter) => filter !== undefined);
}

function NoTokens({ ws }: { ws: string }) {
  const { title, text, action } = words.empty;
  return (
    <EmptyState icon={IconKey} title={title} explanation={text} action={<GenerateButton ws={ws} label={action} />} />
  );
}

function NothingFound({ search, onClear }: { search: TokensSearch; onClear: () => void }) {
  const { title, text } = search.view === undefined ? words.nothingFound : words.nothingToDo;
  return (
    <EmptyState
      icon={search.view === undefined ? IconSearch : IconCircleCheck}
      title={title}
      explanation={text}
      action={
        <Button variant="default" onClick={onClear}>
          {words.clear}
        </Button>
      }
    />
  );
}

function GenerateButton({ ws, label }: { ws: string; label: string }) {
  return (
    <Button component={Link} to={`/workspaces/${ws}/api-tokens/new`} leftSection={<IconPlus size={18} aria-hidden />}>
      {label}
    </Button>
  );
}
