import { newUuid, type PlanCode, type Role } from '@calkeep/contract';
import { enterWorkspace, type GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { slugOf } from './slug-of.js';

export interface NewWorkspace {
  /** Bare UUID. */
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly plan: PlanCode;
}

const sandboxSuffix = ' (sandbox)';
/** With the suffix it must fit the column, whose 200 are code points. */
const sandboxNameLengthMax = 200 - sandboxSuffix.length;

@Injectable()
export class NewWorkspacesRepository {
  /** A workspace with its sandbox twin on the free plan. The transaction is in it afterwards. */
  async create(tx: GlobalTransaction, name: string): Promise<NewWorkspace> {
    const workspace = { id: newUuid(), name, slug: slugOf(name), plan: 'free' } as const;
    const sandboxId = newUuid();
    await insert(tx, { ...workspace, ...sandboxOf(workspace), id: sandboxId, sandboxId: null });
    await insert(tx, { ...workspace, sandboxId });
    return workspace;
  }

  /** @param userId bare UUID. */
  async addMember(tx: GlobalTransaction, workspaceId: string, member: { userId: string; role: Role }): Promise<void> {
    await tx.membership.create({ data: { workspaceId, ...member } });
  }
}

function sandboxOf({ name, slug }: NewWorkspace): Pick<NewWorkspace, 'name' | 'slug'> {
  return {
    name: [...name].slice(0, sandboxNameLengthMax).join('') + sandboxSuffix,
    slug: `${slug}-sandbox`,
  };
}

async function insert(
  tx: GlobalTransaction,
  { plan: planCode, ...workspace }: NewWorkspace & { sandboxId: string | null },
): Promise<void> {
  await enterWorkspace(tx, workspace.id);
  await tx.workspace.create({ data: { ...workspace, planCode } });
}
