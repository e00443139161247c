import { id, instant, json, jsonObject, type Statement } from '@calkeep/database';

/** What a token `t` is at this moment; of what is true of it, the first. */
export const statusSql = `
  case when t.revoked_at is not null then 'revoked'
       when t.retires_at <= now() then 'retired'
       when t.expires_at <= now() then 'expired'
       when t.disabled_at is not null then 'disabled'
       when t.rotated_at is not null then 'retiring'
       else 'active' end`;

const isOrphanSql = `
  (t.created_by is not null and not exists (
    select from memberships m
    where m.workspace_id = t.workspace_id and m.user_id = t.created_by and m.role in ('owner', 'admin')))`;

const issuerSql = `
  case when u.id is null then 'null' else ${jsonObject({ id: id('user', 'u.id'), name: json('u.name') })} end`;

/** A token `t` with its issuer `u`, as administrators see it. */
const tokenJson = jsonObject({
  id: id('apiToken', 't.id'),
  label: json('t.label'),
  displayPrefix: json('t.display_prefix'),
  mode: json('t.mode'),
  scopes: json('t.scopes'),
  status: json(statusSql),
  ipAllowlist: json('t.ip_allowlist::text[]'),
  createdAt: instant('t.created_at'),
  expiresAt: instant('t.expires_at'),
  rotatedAt: instant('t.rotated_at'),
  retiresAt: instant('t.retires_at'),
  disabledAt: instant('t.disabled_at'),
  revokedAt: instant('t.revoked_at'),
  revokedReason: json('t.revoked_reason'),
  lastUsedAt: instant('t.last_used_at'),
  lastUsedIp: json('host(t.last_used_ip)'),
  issuer: { sql: issuerSql },
  predecessorId: id('apiToken', 't.predecessor_id'),
  successorId: id(
    'apiToken',
    '(select s.id from api_tokens s where s.workspace_id = t.workspace_id and s.predecessor_id = t.id)',
  ),
  isOrphan: json(isOrphanSql),
});

const withIssuer = 'left join users u on u.id = t.created_by';

export const byIdStatement: Statement = {
  name: 'api_token_by_id',
  text: `select ${tokenJson} as json from api_tokens t ${withIssuer} where t.workspace_id = $1::uuid and t.id = $2::uuid`,
};

/**
 * `$4`: a status, or null for all of them. `$5`: part of a label, or the beginning of a display prefix, or null.
 * `$6`: days within which a token that works will expire, or null.
 */
export const pageStatement: Statement = {
  name: 'api_tokens_page',
  text: `
    with found as (
      select t.* from api_tokens t
      where t.workspace_id = $1
        and ($4::text is null or ${statusSql} = $4)
        and ($5::text is null or strpos(lower(t.label), lower($5)) > 0 or starts_with(t.display_prefix, $5))
        and ($6::integer is null
             or (${statusSql} = 'active' and t.expires_at <= now() + make_interval(days => $6)))
    )
    ${pageOf(tokenJson)}`,
};

/** `$4`: days without a use, its issue counting as one, after which a token is unused. */
export const orphansStatement: Statement = {
  name: 'api_tokens_orphans',
  text: `
    with living as (
      select t.*, array_remove(array[
        case when coalesce(t.last_used_at, t.created_at) < now() - make_interval(days => $4::integer) then 'unused' end,
        case when ${isOrphanSql} then 'issuer_gone' end,
        case when t.last_used_at > t.rotated_at then 'predecessor_in_use' end], null) as reasons
      from api_tokens t
      where t.workspace_id = $1 and ${statusSql} in ('active', 'retiring', 'disabled')
    ), found as (
      select * from living where cardinality(reasons) > 0
    )
    ${pageOf(jsonObject({ token: { sql: tokenJson }, reasons: json('t.reasons') }))}`,
};

/** A token and its issuer in the words of the public API. */
export const descriptionStatement: Statement = {
  name: 'api_token_description',
  text: `
    select ${jsonObject({
      token: {
        sql: jsonObject({
          id: id('apiToken', 't.id'),
          label: json('t.label'),
          displayPrefix: json('t.display_prefix'),
          scopes: json('t.scopes'),
          mode: json('t.mode'),
          expiresAt: instant('t.expires_at'),
        }),
      },
      issuer: { sql: issuerSql },
    })}
    from api_tokens t ${withIssuer}
    where t.workspace_id = $1 and t.id = $2`,
};

/** The page of `found`, newest first, as JSON text, and how many were found. */
function pageOf(row: string): string {
  return `
    select coalesce(string_agg(${row}, ',' order by t.created_at desc, t.id desc), ''),
           (select count(*)::text from found)
    from (select * from found order by created_at desc, id desc limit $2 offset $3) t ${withIssuer}`;
}

export const usedTokensStatement: Statement = {
  name: 'used_api_tokens',
  text: `select id::text, label, display_prefix, scopes from api_tokens where workspace_id = $1 and id = any($2::uuid[])`,
};

export const lastUseStatement: Statement = {
  name: 'api_token_last_use',
  text: `
    update api_tokens set last_used_at = $3::timestamptz, last_used_ip = $4::inet
    where workspace_id = $1 and id = $2 and (last_used_at is null or last_used_at < $3::timestamptz)`,
};
