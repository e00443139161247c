import type { Client } from 'pg';

/** Everything that a migration can leave behind in a database, as text without object ids: equal dumps, equal schemas. */
export async function dumpCatalogue(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    WITH space AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('public', 'app'))
    SELECT format('schema %s %s %s', nspname, pg_get_userbyid(nspowner), nspacl) AS line
      FROM pg_namespace WHERE nspname IN ('public', 'app')
    UNION ALL
    SELECT format('%s %s.%s owner %s rls %s %s acl %s', relkind, nspname, relname, pg_get_userbyid(relowner),
                  relrowsecurity, relforcerowsecurity, relacl)
      FROM pg_class JOIN space ON space.oid = relnamespace
    UNION ALL
    SELECT format('column %s.%s %s not null %s default %s', attrelid::regclass, attname,
                  format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN space ON space.oid = relnamespace
      LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
      WHERE attnum > 0
    UNION ALL
    SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid))
      FROM pg_constraint JOIN space ON space.oid = connamespace
    UNION ALL
    SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      JOIN space ON space.oid = relnamespace
    UNION ALL
    SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT format('policy %s %s %s %s %s %s', polrelid::regclass, polname, polcmd, polroles,
                  pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
    UNION ALL
    SELECT format('%s acl %s', pg_get_functiondef(pg_proc.oid), proacl)
      FROM pg_proc JOIN space ON space.oid = pronamespace
    ORDER BY line`);
  return rows.map((row) => row.line);
}
