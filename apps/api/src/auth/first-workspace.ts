import { toPublicId } from '@calkeep/contract';
import type { GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { personAt } from '../audit-log/actor.js';
import type { Caller } from '../http/credential-resolver.js';
import type { Join } from './new-accounts.js';
import { NewWorkspacesRepository } from './new-workspaces.repository.js';

/** How somebody comes into a workspace whom nobody has invited: by founding one. */
@Injectable()
export class FirstWorkspace {
  constructor(private readonly workspaces: NewWorkspacesRepository) {}

  found(name: string, caller: Caller): Join {
    return async (tx: GlobalTransaction, user) => {
      const workspace = await this.workspaces.create(tx, name);
      await this.workspaces.addMember(tx, workspace.id, { userId: user.id, role: 'owner' });
      const target = { type: 'workspace', id: toPublicId('workspace', workspace.id) } as const;
      const payload = { name, plan: workspace.plan };
      const entry = { actor: personAt(user, caller), action: 'WORKSPACE_CREATED', target, payload } as const;
      return { workspace, role: 'owner', entries: [entry] };
    };
  }
}
