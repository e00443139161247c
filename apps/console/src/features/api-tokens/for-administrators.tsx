import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { sees, useOwnWorkspace } from '../../api/session.js';
import { NotAllowed } from '../../components/not-allowed.js';
import { texts } from '../../texts/index.js';

/** A page of tokens, for those whose role has any. */
export function ForAdministrators({ children }: { children: (ws: string) => ReactNode }) {
  const { ws } = useParams({ from: '/signed-in/workspaces/$ws' });
  const role = useOwnWorkspace(ws)?.role;
  if (role === undefined || !sees.apiTokens(role)) return <NotAllowed title={texts.apiTokens.title} />;
  return children(ws);
}
