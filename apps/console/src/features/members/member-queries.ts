import { invitationsData, memberData, membersData, type Role } from '@calkeep/contract';
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import { notifyDone, notifyFailure } from '../../components/notify.js';
import { texts } from '../../texts/index.js';

export const membersQuery = (ws: string, query: { hasMfa?: boolean | undefined; page?: number | undefined }) =>
  queryOptions({
    queryKey: ['workspace', ws, 'members', query],
    queryFn: ({ signal }) => call(membersData, `/app/workspaces/${ws}/members`, { query, signal }),
    placeholderData: keepPreviousData,
  });

export const invitationsQuery = (ws: string) =>
  queryOptions({
    queryKey: ['workspace', ws, 'invitations'],
    queryFn: ({ signal }) =>
      call(invitationsData, `/app/workspaces/${ws}/invitations`, { query: { limit: 200 }, signal }),
  });

export function useRefreshMembers(ws: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(
      ['members', 'invitations', 'settings'].map((resource) =>
        client.invalidateQueries({ queryKey: ['workspace', ws, resource] }),
      ),
    );
  };
}

export function useChangeRole(ws: string, member: { id: string; name: string }) {
  const refresh = useRefreshMembers(ws);
  return useMutation({
    mutationFn: (role: Role) =>
      call(memberData, `/app/workspaces/${ws}/members/${member.id}`, { method: 'PATCH', body: { role } }),
    onSuccess: ({ member: { role } }) =>
      notifyDone(texts.members.roleChanged(member.name, texts.roles[role].toLowerCase())),
    onError: notifyFailure,
    onSettled: refresh,
  });
}
