import { Outlet } from '@tanstack/react-router';
import { useSession } from '../api/session.js';
import { Frame } from './frame.js';
import { lastWorkspaceOf } from './last-workspace.js';

export function AccountLayout() {
  return (
    <Frame workspace={lastWorkspaceOf(useSession())}>
      <Outlet />
    </Frame>
  );
}
