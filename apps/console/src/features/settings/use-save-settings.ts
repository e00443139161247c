import { workspaceSettingsData, type WorkspaceSettings, type WorkspaceSettingsBody } from '@calkeep/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import { useRefreshSession } from '../../api/session.js';
import { workspaceQuery } from '../../api/workspace.js';
import { notifyDone } from '../../components/notify.js';
import { texts } from '../../texts/index.js';

/** Saves some of the settings; the others stay as they are. */
export function useSaveSettings({ id }: WorkspaceSettings) {
  const client = useQueryClient();
  const refreshSession = useRefreshSession();
  return useMutation({
    mutationFn: (body: WorkspaceSettingsBody) =>
      call(workspaceSettingsData, `/app/workspaces/${id}`, { method: 'PATCH', body }),
    onSuccess: async ({ workspace }) => {
      client.setQueryData(workspaceQuery(id).queryKey, workspace);
      notifyDone(texts.settings.general.saved);
      await refreshSession();
    },
  });
}
