import { Button, Select, Stack } from '@mantine/core';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { sees, useOwnWorkspace } from '../../api/session.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { NotAllowed } from '../../components/not-allowed.js';
import { PageHeader } from '../../components/page-header.js';
import { Pager } from '../../components/pager.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { InvitationsSection } from './invitations-section.js';
import { InviteDialog } from './invite-dialog.js';
import { membersQuery } from './member-queries.js';
import { MembersTable } from './members-table.js';

const words = texts.members;
const from = '/signed-in/workspaces/$ws/members';
const filters = { all: undefined, with: true, without: false } as const;
type FilterName = keyof typeof filters;
const filterNames = ['all', 'with', 'without'] as const satisfies readonly FilterName[];

export function MembersPage() {
  const { ws } = useParams({ from });
  const role = useOwnWorkspace(ws)?.role;
  if (role === undefined || !sees.members(role)) return <NotAllowed title={words.title} />;
  return <Members ws={ws} />;
}

function Members({ ws }: { ws: string }) {
  const search = useSearch({ from });
  const navigate = useNavigate({ from: '/workspaces/$ws/members' });
  const members = useQuery(membersQuery(ws, search));
  const [isInviting, setIsInviting] = useState(false);
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setIsInviting(true)}>
            {words.invite.open}
          </Button>
        }
      />
      <Stack gap="lg">
        <Select
          label={words.filter.label}
          w={240}
          allowDeselect={false}
          data={filterNames.map((value) => ({ value, label: words.filter[value] }))}
          value={filterNames.find((name) => filters[name] === search.hasMfa) ?? 'all'}
          onChange={(value) => {
            const name = filterNames.find((known) => known === value) ?? 'all';
            void navigate({ search: { hasMfa: filters[name] }, replace: true });
          }}
        />
        {members.error && <ErrorState error={members.error} onRetry={() => void members.refetch()} />}
        {members.isPending && <PageSkeleton />}
        {members.data?.members.length === 0 && (
          <EmptyState icon={IconUsers} title={words.empty.title} explanation={words.empty.text} />
        )}
        {members.data && members.data.members.length > 0 && (
          <div>
            <MembersTable ws={ws} members={members.data.members} />
            <Pager
              {...members.data.pagination}
              onPage={(page) => void navigate({ search: (present) => ({ ...present, page }) })}
            />
          </div>
        )}
        <InvitationsSection ws={ws} />
      </Stack>
      {isInviting && <InviteDialog ws={ws} onClose={() => setIsInviting(false)} />}
    </>
  );
}
