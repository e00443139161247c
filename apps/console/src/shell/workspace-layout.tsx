import { Outlet, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useOwnWorkspace } from '../api/session.js';
import { Frame } from './frame.js';
import { rememberWorkspace } from './last-workspace.js';
import { NotFound } from './not-found.js';

/** A workspace's pages. Whoever is not in it is told what they would be told of one that does not exist. */
export function WorkspaceLayout() {
  const { ws } = useParams({ from: '/signed-in/workspaces/$ws' });
  const workspace = useOwnWorkspace(ws);
  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.id);
  }, [workspace]);
  return <Frame workspace={workspace ?? null}>{workspace ? <Outlet /> : <NotFound />}</Frame>;
}
