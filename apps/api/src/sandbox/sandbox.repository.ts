import type { Statement, WorkspaceDatabase, WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

const idStatement: Statement = {
  name: 'sandbox_id',
  text: 'select sandbox_id::text from workspaces where id = $1 and sandbox_id is not null',
};

@Injectable()
export class SandboxRepository {
  /** Bare UUID. */
  async findId(db: WorkspaceDatabase): Promise<string | null> {
    const [row] = await db.read(idStatement);
    return row ? String(row[0]) : null;
  }

  /** The same; the workspace stays as it is until the transaction ends. */
  async lock(tx: WorkspaceTransaction, workspaceId: string): Promise<string | null> {
    const [found] = await tx.$queryRaw<{ sandboxId: string | null }[]>`
      select sandbox_id as "sandboxId" from workspaces where id = ${workspaceId}::uuid for no key update`;
    return found?.sandboxId ?? null;
  }
}
