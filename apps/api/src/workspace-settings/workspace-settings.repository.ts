import {
  enterWorkspace,
  id,
  instant,
  json,
  jsonObject,
  type Statement,
  type WorkspaceDatabase,
  type WorkspaceTransaction,
} from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { TokenAddress } from '../admission/token-standing.js';
import type { ChangeableSettings } from './settings-patch.js';

/** Those that may be used, or could be once they are enabled. */
const livingTokens = `
  api_tokens t where t.workspace_id = $1 and t.revoked_at is null
  and (t.expires_at is null or t.expires_at > now()) and (t.retires_at is null or t.retires_at > now())`;

/** Those that count against the plan: a rotated one does not, for the while that it is still good. */
const countedTokens = `${livingTokens} and t.rotated_at is null`;

const count = (of: string) => ({ sql: `(select count(*)::text from ${of})` });

const plan = jsonObject({
  code: json('p.code'),
  name: json('p.name'),
  hasApiTokens: json('p.has_api_tokens'),
  activeTokensMax: json('p.active_tokens_max'),
  tokenRequestsPerMinute: json('p.token_requests_per_minute'),
  workspaceRequestsPerMinute: json('p.workspace_requests_per_minute'),
  contactsMax: json('p.contacts_max'),
  customFieldsMax: json('p.custom_fields_max'),
  auditRetentionDays: json('p.audit_retention_days'),
});

const usage = jsonObject({
  activeApiTokens: count(countedTokens),
  members: count('memberships m where m.workspace_id = $1'),
  contacts: {
    sql: `(select coalesce(sum(total), 0)::text from resource_counters
           where workspace_id = $1 and resource = 'contacts')`,
  },
});

const milestones = jsonObject({
  firstTokenAt: instant('(select min(t.created_at) from api_tokens t where t.workspace_id = $1)'),
  firstCallAt: instant(`(select e.created_at from audit_events e
    where e.workspace_id = $1 and e.action = 'API_TOKEN_USED' order by e.seq limit 1)`),
});

const settingsStatement: Statement = {
  name: 'workspace_settings',
  text: `
  select ${jsonObject({
    id: id('workspace', 'w.id'),
    name: json('w.name'),
    slug: json('w.slug'),
    plan: { sql: plan },
    timezone: json('w.timezone'),
    ipAllowlist: json('w.ip_allowlist::text[]'),
    tokenLifetimeDaysMax: json('w.token_lifetime_days_max'),
    isMfaRequired: json('w.is_mfa_required'),
    createdAt: instant('w.created_at'),
    usage: { sql: usage },
    milestones: { sql: milestones },
  })}
  from workspaces w join plans p on p.code = w.plan_code where w.id = $1`,
};

const livingTokensStatement: Statement = { name: 'living_api_tokens', text: `select t.id from ${livingTokens}` };

export interface LockedSettings {
  readonly settings: ChangeableSettings;
  /** Bare UUID of the twin. */
  readonly sandboxId: string | null;
}

/** With what is put behind it, the name of a sandbox fits its column. */
const sandboxNameLengthMax = 190;

@Injectable()
export class WorkspaceSettingsRepository {
  /** JSON text. */
  find(db: WorkspaceDatabase): Promise<string | null> {
    return db.readJson(settingsStatement);
  }

  /** They stay as they are until the transaction ends. */
  async lock(tx: WorkspaceTransaction, workspaceId: string): Promise<LockedSettings | null> {
    const [found] = await tx.$queryRaw<(ChangeableSettings & { sandboxId: string | null })[]>`
      select name, timezone, ip_allowlist::text[] as "ipAllowlist", is_mfa_required as "isMfaRequired",
             token_lifetime_days_max as "tokenLifetimeDaysMax", sandbox_id as "sandboxId"
      from workspaces where id = ${workspaceId}::uuid for no key update`;
    if (!found) return null;
    const { sandboxId, ...settings } = found;
    return { settings, sandboxId };
  }

  async update(tx: WorkspaceTransaction, workspaceId: string, settings: ChangeableSettings): Promise<void> {
    const { name, timezone, ipAllowlist, tokenLifetimeDaysMax, isMfaRequired } = settings;
    await tx.$executeRaw`
      update workspaces set name = ${name}, timezone = ${timezone}, ip_allowlist = ${ipAllowlist}::text[]::cidr[],
        token_lifetime_days_max = ${tokenLifetimeDaysMax}::integer, is_mfa_required = ${isMfaRequired}, updated_at = now()
      where id = ${workspaceId}::uuid`;
  }

  /** What the sandbox has in common with its workspace. */
  async updateSandbox(
    tx: WorkspaceTransaction,
    workspaceId: string,
    sandboxId: string,
    { name, timezone }: Pick<ChangeableSettings, 'name' | 'timezone'>,
  ): Promise<void> {
    await enterWorkspace(tx, sandboxId);
    await tx.$executeRaw`
      update workspaces set name = left(${name}, ${sandboxNameLengthMax}) || ' (sandbox)', timezone = ${timezone},
        updated_at = now()
      where id = ${sandboxId}::uuid`;
    await enterWorkspace(tx, workspaceId);
  }

  async findLivingTokens(db: WorkspaceDatabase): Promise<TokenAddress[]> {
    const rows = await db.read(livingTokensStatement);
    return rows.map(([tokenId]) => ({ workspaceId: db.workspaceId, tokenId: String(tokenId) }));
  }
}
