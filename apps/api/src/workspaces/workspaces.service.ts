import type { Me, Workspace } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { foundOne } from '../resources/found.js';
import { WorkspacesRepository } from './workspaces.repository.js';

@Injectable()
export class WorkspacesService {
  constructor(
    private readonly database: Database,
    private readonly workspaces: WorkspacesRepository,
  ) {}

  async get(principal: Principal): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundOne('workspace', await this.workspaces.find(db));
  }

  /** The workspace in three words. */
  async summarize(principal: Principal): Promise<Me['workspace']> {
    const { workspace } = JSON.parse(await this.get(principal)) as { workspace: Workspace };
    return { id: workspace.id, name: workspace.name, plan: workspace.plan };
  }
}
