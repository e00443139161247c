import { administrators } from '@calkeep/contract';
import type { WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

export interface EndingToken {
  readonly label: string;
  readonly displayPrefix: string;
  readonly expiresAt: Date;
}

/** So long before it a token's end is told. */
const noticeDays = 7;
/** More than a workspace has tokens, so that a mail names all of them. */
const tokensMax = 1_000;

@Injectable()
export class ExpiryNoticesRepository {
  /**
   * Marks the tokens whose end is near as told of, and returns them by their end. Of two that ask at once the second
   * gets none. A token that is disabled, or has a successor, is nobody's loss.
   */
  async takeEnding(tx: WorkspaceTransaction, workspaceId: string): Promise<EndingToken[]> {
    const tokens = await tx.$queryRaw<EndingToken[]>`
      with ending as (
        select id from api_tokens
        where workspace_id = ${workspaceId}::uuid and expires_at <= now() + make_interval(days => ${noticeDays})
          and expires_at > now() and expiry_notified_at is null
          and revoked_at is null and disabled_at is null and rotated_at is null
        order by id limit ${tokensMax} for update
      )
      update api_tokens token set expiry_notified_at = now() from ending
      where token.workspace_id = ${workspaceId}::uuid and token.id = ending.id
      returning token.label, token.display_prefix as "displayPrefix", token.expires_at as "expiresAt"`;
    return tokens.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
  }

  /** When the next token comes so near to its end; `null` when none will. */
  async findNextDueAt(tx: WorkspaceTransaction, workspaceId: string): Promise<Date | null> {
    const [row] = await tx.$queryRaw<{ dueAt: Date | null }[]>`
      select min(expires_at) - make_interval(days => ${noticeDays}) as "dueAt" from api_tokens
      where workspace_id = ${workspaceId}::uuid and expires_at > now() and expiry_notified_at is null
        and revoked_at is null and disabled_at is null and rotated_at is null`;
    return row?.dueAt ?? null;
  }

  async findWorkspaceName(tx: WorkspaceTransaction, workspaceId: string): Promise<string> {
    const { name } = await tx.workspace.findUniqueOrThrow({ where: { id: workspaceId }, select: { name: true } });
    return name;
  }

  /** E-mail addresses of the workspace's owners and admins. */
  async findRecipients(tx: WorkspaceTransaction, workspaceId: string): Promise<string[]> {
    const members = await tx.membership.findMany({
      where: { workspaceId, role: { in: [...administrators] } },
      select: { user: { select: { email: true } } },
    });
    return members.map(({ user }) => user.email);
  }
}
