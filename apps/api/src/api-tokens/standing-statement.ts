import type { Statement } from '@calkeep/database';

/**
 * What a token is worth, for admission. One that is over, or whose sandbox is missing, is dead whatever else is
 * true of it. One that was rotated brings the headers that announce its end, ready to be sent.
 */
export const standingStatement: Statement = {
  name: 'api_token_standing',
  text: `
    select json_build_object(
      'gate', case
        when t.revoked_at is not null or t.disabled_at is not null or t.expires_at <= now() or t.retires_at <= now()
          or (t.mode = 'test' and w.sandbox_id is null) then 'dead'
        when not p.has_api_tokens then 'plan'
        when cardinality(t.ip_allowlist) + cardinality(w.ip_allowlist) > 0 then 'allowlist'
        else 'open' end,
      'principal', json_build_object(
        'subject', json_build_object('kind', 'token', 'id', t.id, 'lineageId', t.lineage_id),
        'workspaceId', case t.mode when 'test' then w.sandbox_id else w.id end,
        'homeWorkspaceId', w.id,
        'mode', t.mode,
        'plan', p.code,
        'scopes', t.scopes,
        'expiresAt', to_char(t.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'retirement', case when t.rotated_at is not null then json_build_object(
          'deprecation', '@' || floor(extract(epoch from t.rotated_at)),
          'sunset', to_char(t.retires_at at time zone 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "GMT"')) end,
        'limits', json_build_object(
          'token', json_build_object('requests', coalesce(t.quota, p.token_requests_per_minute),
                                     'windowSeconds', coalesce(t.quota_window_seconds, 60)),
          'workspace', json_build_object('requests', coalesce(w.requests_per_minute, p.workspace_requests_per_minute),
                                         'windowSeconds', 60))),
      'allowlists', array_to_json(array(
        select to_json(ranges::text[]) from (values (t.ip_allowlist), (w.ip_allowlist)) list (ranges)
        where cardinality(ranges) > 0)),
      'endsInMs', ceil(extract(epoch from least(t.expires_at, t.retires_at) - now()) * 1000)
    )::text
    from api_tokens t
    join workspaces w on w.id = t.workspace_id
    join plans p on p.code = w.plan_code
    where t.workspace_id = $1 and t.id = $2`,
};
