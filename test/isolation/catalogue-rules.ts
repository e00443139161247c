// What the schema must keep to for tenants to stay apart, read back from PostgreSQL's catalogue. Each rule
// returns its violations as sentences that begin with the name of the offender.

import type { ClientBase } from 'pg';

/** Tables that no workspace owns. Everything else, in any schema, is a tenant table. */
export const GLOBAL_TABLES = [
  'plans', // the price list, the same for everybody
  'users', // a person may be a member of several workspaces
  'sessions', // what follows belongs to the person
  'user_totp_factors',
  'user_totp_enrolments',
  'webauthn_credentials',
  'webauthn_challenges',
  'user_recovery_codes',
  'user_workspaces', // the look-up that finds out which workspaces a person is in
  'attempt_buckets', // counts attempts by hashes of addresses and accounts
  'workspace_work', // tells the worker which workspaces to look after, and nothing of them
  'api_token_hashes', // the look-up that finds out which workspace a token belongs to
  '_prisma_migrations', // the history of the schema
];

/**
 * BullMQ's own tables, where jobs wait when there is no Redis: one queue for all workspaces, as in Redis. A job names its
 * workspace, holds ids and no resource, and only the worker reads it, which then works in that workspace's context.
 */
const JOBS_SCHEMA = 'jobs';

/** Unique although it leads with no workspace: a sandbox is the twin of one workspace only. */
const SANDBOX_KEY = 'workspaces_sandbox_id_key';
const SANDBOX_FOREIGN_KEY = 'workspaces_sandbox_id_fkey';

const TENANT_TABLES = `
  all_table AS (
    SELECT class.oid, class.oid::regclass::text AS name, relkind, relrowsecurity, relforcerowsecurity,
           class.oid::regclass::text <> ALL ($1) AS is_tenant,
           CASE class.oid WHEN 'public.workspaces'::regclass THEN 'id' ELSE 'workspace_id' END AS tenant_key
    FROM pg_class class JOIN pg_namespace namespace ON namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'f') AND nspname !~ '^pg_' AND nspname NOT IN ('information_schema', '${JOBS_SCHEMA}')
  ),
  tenant_table AS (SELECT * FROM all_table WHERE is_tenant)`;

export type Rule = (client: ClientBase) => Promise<string[]>;

const overTenantTables =
  (query: string): Rule =>
  async (client) => {
    const { rows } = await client.query<{ violation: string }>(`WITH ${TENANT_TABLES} ${query}`, [GLOBAL_TABLES]);
    return rows.map((row) => row.violation).sort();
  };

export async function tenantTables(client: ClientBase): Promise<string[]> {
  return overTenantTables('SELECT name AS violation FROM tenant_table')(client);
}

const rowSecurityIsForced = overTenantTables(`
  SELECT format('%s does not enable row-level security', name) AS violation FROM tenant_table WHERE NOT relrowsecurity
  UNION ALL
  SELECT format('%s does not force row-level security', name) FROM tenant_table WHERE NOT relforcerowsecurity
  UNION ALL
  SELECT format('%s is a foreign table, which has no row-level security', name) FROM tenant_table WHERE relkind = 'f'`);

/** Policies that hold for the application's role. Permissive ones add up, so each must be a wall by itself. */
const POLICIES = `,
  policy AS (
    SELECT polrelid, polname, polcmd, polpermissive,
           regexp_replace(pg_get_expr(polqual, polrelid), ' AS "nullif"', '') AS using_expression,
           regexp_replace(pg_get_expr(polwithcheck, polrelid), ' AS "nullif"', '') AS check_expression
    FROM pg_policy
    WHERE polroles = '{0}' OR 'calkeep_app'::regrole = ANY (polroles)
  ),
  expected AS (
    SELECT oid, format('(%I = ( SELECT (NULLIF(current_setting(''app.workspace_id''::text, true), ''''::text))::uuid))',
                       tenant_key) AS expression
    FROM tenant_table
  )`;

const policiesCoverEveryCommand = overTenantTables(`${POLICIES}
  SELECT format('%s has no policy for %s', name, command) AS violation
  FROM tenant_table
  CROSS JOIN (VALUES ('SELECT', 'r', true, false), ('INSERT', 'a', false, true), ('UPDATE', 'w', true, true),
                     ('DELETE', 'd', true, false)) AS commands (command, code, needs_using, needs_check)
  WHERE NOT EXISTS (
    SELECT FROM policy
    WHERE polrelid = tenant_table.oid AND polpermissive AND polcmd::text IN ('*', code)
      AND (NOT needs_using OR using_expression IS NOT NULL)
      AND (NOT needs_check OR check_expression IS NOT NULL))`);

const policiesCompareTheWorkspace = overTenantTables(`${POLICIES}
  SELECT format('%s has the policy %s, which does not compare %s with the context', name, polname, tenant_key)
    AS violation
  FROM tenant_table JOIN expected USING (oid) JOIN policy ON polrelid = oid
  WHERE polpermissive
    AND (using_expression IS DISTINCT FROM expression AND polcmd <> 'a'
      OR check_expression IS DISTINCT FROM expression AND polcmd IN ('*', 'a', 'w'))`);

const tenantKeyIsMandatory = overTenantTables(`
  SELECT format('%s has no mandatory %s of type uuid', name, tenant_key) AS violation
  FROM tenant_table
  WHERE NOT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = tenant_table.oid AND attname = tenant_key AND attnotnull AND atttypid = 'uuid'::regtype)`);

const keysLeadWithTheWorkspace = overTenantTables(`
  SELECT format('%s has the key %s, which does not lead with %s', name, indexrelid::regclass, tenant_key) AS violation
  FROM tenant_table JOIN pg_index ON indrelid = tenant_table.oid
  LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
  WHERE (indisunique OR indisexclusion) AND attname IS DISTINCT FROM tenant_key
    AND indexrelid::regclass::text <> '${SANDBOX_KEY}'
  UNION ALL
  SELECT format('%s has no primary key', name) FROM tenant_table
  WHERE NOT EXISTS (SELECT FROM pg_index WHERE indrelid = tenant_table.oid AND indisprimary)`);

/** A reference to a row of a tenant, from whichever table, carries the workspace on both sides. */
const foreignKeysLeadWithTheWorkspace = overTenantTables(`
  SELECT format('%s has the foreign key %s, which does not lead with the workspace', source.name, conname) AS violation
  FROM pg_constraint
  JOIN all_table source ON source.oid = conrelid
  JOIN tenant_table target ON target.oid = confrelid
  JOIN pg_attribute source_column ON source_column.attrelid = conrelid AND source_column.attnum = conkey[1]
  JOIN pg_attribute target_column ON target_column.attrelid = confrelid AND target_column.attnum = confkey[1]
  WHERE contype = 'f' AND conname <> '${SANDBOX_FOREIGN_KEY}'
    AND (source_column.attname, target_column.attname) IS DISTINCT FROM ('workspace_id', target.tenant_key)`);

const viewsRunAsTheirCaller = overTenantTables(`
  SELECT format('%s is a view without security_invoker', class.oid::regclass) AS violation
  FROM pg_class class JOIN pg_namespace namespace ON namespace.oid = relnamespace
  WHERE relkind = 'v' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_options_to_table(reloptions)
                    WHERE option_name = 'security_invoker' AND option_value::boolean)
  UNION ALL
  SELECT format('%s is a materialized view, which has no row-level security', class.oid::regclass)
  FROM pg_class class WHERE relkind = 'm'`);

const appRoleOwnsNothing = overTenantTables(`
  SELECT format('%s is owned by calkeep_app', pg_describe_object(classid, objid, objsubid)) AS violation
  FROM pg_shdepend
  WHERE refclassid = 'pg_authid'::regclass AND refobjid = 'calkeep_app'::regrole AND deptype = 'o'
    AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`);

/** TRUNCATE and foreign keys ignore policies; a trigger or a table of one's own is a way to run code as others. */
const appRoleCannotStepRound = overTenantTables(`
  SELECT format('%s grants %s to calkeep_app', name, privilege) AS violation
  FROM all_table CROSS JOIN unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
  WHERE has_table_privilege('calkeep_app', oid, privilege)
  UNION ALL
  SELECT format('schema %s lets calkeep_app create objects', nspname)
  FROM pg_namespace WHERE nspname !~ '^pg_' AND has_schema_privilege('calkeep_app', oid, 'CREATE')`);

const auditLogIsAppendOnly = overTenantTables(`
  SELECT format('audit_events grants %s to calkeep_app', privilege) AS violation
  FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
  WHERE has_table_privilege('calkeep_app', 'public.audit_events', privilege)
    OR privilege = 'UPDATE' AND has_any_column_privilege('calkeep_app', 'public.audit_events', privilege)
  UNION ALL
  SELECT 'audit_events has no trigger that refuses UPDATE, DELETE and TRUNCATE'
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger
    -- BEFORE (2) DELETE (8) or UPDATE (16) or TRUNCATE (32); enabled for every session of the ordinary kind.
    WHERE tgrelid = 'public.audit_events'::regclass AND tgfoid = 'app.refuse_audit_change'::regproc
      AND tgtype & 58 = 58 AND tgenabled IN ('O', 'A'))`);

const definersPinTheirSearchPath = overTenantTables(`
  SELECT format('%s is SECURITY DEFINER without a pinned search_path', function.oid::regprocedure) AS violation
  FROM pg_proc function JOIN pg_namespace namespace ON namespace.oid = pronamespace
  WHERE prosecdef AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')`);

export const RULES: Record<string, Rule> = {
  'every tenant table forces row-level security': rowSecurityIsForced,
  'policies cover every command': policiesCoverEveryCommand,
  'every policy compares the workspace with the context': policiesCompareTheWorkspace,
  'every tenant table has a mandatory workspace': tenantKeyIsMandatory,
  'every key leads with the workspace': keysLeadWithTheWorkspace,
  'every foreign key leads with the workspace': foreignKeysLeadWithTheWorkspace,
  'views run with the rights of their caller': viewsRunAsTheirCaller,
  "the application's role owns nothing": appRoleOwnsNothing,
  "the application's role cannot step round the policies": appRoleCannotStepRound,
  'the audit log is append-only': auditLogIsAppendOnly,
  'SECURITY DEFINER functions pin their search_path': definersPinTheirSearchPath,
};
