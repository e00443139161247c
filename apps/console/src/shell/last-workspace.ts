import type { SessionData } from '@calkeep/contract';
import type { OwnWorkspace } from '../api/session.js';

const key = 'calkeep.last-workspace';

export function rememberWorkspace(id: string): void {
  try {
    localStorage.setItem(key, id);
  } catch (error) {
    // A browser that keeps nothing forgets a convenience.
    console.info('The last workspace is not remembered.', error);
  }
}

/** Where the person was last, or the first of theirs; `null` for whoever has none. */
export function lastWorkspaceOf({ workspaces }: SessionData): OwnWorkspace | null {
  return workspaces.find(({ id }) => id === remembered()) ?? workspaces[0] ?? null;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
