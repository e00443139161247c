import type { ApiToken } from '@calkeep/contract';
import { Anchor, Group, Stack } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { workspaceQuery } from '../../api/workspace.js';
import { ApiError } from '../../api/api-error.js';
import { ErrorState } from '../../components/error-state.js';
import { PageHeader } from '../../components/page-header.js';
import { Section } from '../../components/section.js';
import { NotFound } from '../../shell/not-found.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { OldSecretWatch } from './detail/old-secret-watch.js';
import { TokenActions } from './detail/token-actions.js';
import { TokenFacts } from './detail/token-facts.js';
import { TokenState } from './detail/token-state.js';
import { ForAdministrators } from './for-administrators.js';
import { tokenQuery } from './token-queries.js';
import { shownStatusOf, TokenMode, TokenStatus } from './token-status.js';
import { UsageSection } from './usage/usage-section.js';

const words = texts.apiTokens.token;

export function ApiTokenPage() {
  return <ForAdministrators>{(ws) => <Loaded ws={ws} />}</ForAdministrators>;
}

function Loaded({ ws }: { ws: string }) {
  const { id } = useParams({ from: '/signed-in/workspaces/$ws/api-tokens/$id' });
  const token = useQuery(tokenQuery(ws, id));
  const workspace = useQuery(workspaceQuery(ws));
  const error = token.error ?? workspace.error;
  if (error instanceof ApiError && error.code === 'not_found') return <NotFound />;
  if (error)
    return <ErrorState error={error} onRetry={() => void Promise.all([token.refetch(), workspace.refetch()])} />;
  if (!token.data || !workspace.data) return <PageSkeleton />;
  return <Detail key={id} ws={ws} token={token.data} hasApiTokens={workspace.data.plan.hasApiTokens} />;
}

interface DetailProps {
  readonly ws: string;
  readonly token: ApiToken;
  readonly hasApiTokens: boolean;
}

function Detail({ ws, token, hasApiTokens }: DetailProps) {
  const watched = watchedOf(token);
  return (
    <>
      <BackLink to={`/workspaces/${ws}/api-tokens`} label={words.all} />
      <PageHeader
        title={token.label}
        description={
          <Group gap="xs" component="span">
            <TokenStatus status={shownStatusOf(token, hasApiTokens)} />
            <TokenMode mode={token.mode} />
          </Group>
        }
        actions={<TokenActions ws={ws} token={token} hasApiTokens={hasApiTokens} />}
      />
      <Stack gap="lg">
        <TokenState token={token} hasApiTokens={hasApiTokens} />
        {watched !== null && <OldSecretWatch ws={ws} id={watched} />}
        <UsageSection ws={ws} id={token.id} />
        <Section title={words.details}>
          <TokenFacts ws={ws} token={token} />
        </Section>
      </Stack>
    </>
  );
}

/** The rotated token, on its own page and on that of its successor. */
function watchedOf({ id, status, predecessorId }: ApiToken): string | null {
  return status === 'retiring' ? id : predecessorId;
}

function BackLink({ to, label }: { to: string; label: string }) {
  return (
    <Anchor component={Link} to={to} size="sm" mb="xs" display="inline-flex" style={{ alignItems: 'center', gap: 4 }}>
      <IconArrowLeft size={16} aria-hidden />
      {label}
    </Anchor>
  );
}
