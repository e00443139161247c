import type { ClientBase, Pool } from 'pg';

import { APP_ROLE } from './app-role.js';

/** Every way round row-level security that a role can have, for who is signed in and for who acts. */
const PRIVILEGES = `
  WITH everyone AS (SELECT oid, rolname, rolsuper, rolbypassrls FROM pg_roles),
       me AS (SELECT * FROM everyone WHERE rolname IN (current_user, session_user))
  SELECT format('%s is a superuser', rolname) AS reason FROM me WHERE rolsuper
  UNION ALL
  SELECT format('%s has BYPASSRLS', rolname) FROM me WHERE rolbypassrls
  UNION ALL
  SELECT format('%s can become %s, which can bypass row-level security', me.rolname, other.rolname)
    FROM me JOIN everyone other ON other.oid <> me.oid AND pg_has_role(me.oid, other.oid, 'MEMBER')
    WHERE NOT me.rolsuper AND (other.rolsuper OR other.rolbypassrls)
  UNION ALL
  SELECT format('%s owns, or can become the owner of, %s', me.rolname,
                string_agg(relation.oid::regclass::text, ', ' ORDER BY relation.oid::regclass::text))
    FROM me JOIN pg_class relation ON pg_has_role(me.oid, relation.relowner, 'MEMBER')
    JOIN pg_namespace namespace ON namespace.oid = relation.relnamespace AND nspname IN ('public', 'app')
    WHERE NOT me.rolsuper AND relation.relkind IN ('r', 'p', 'v', 'm')
    GROUP BY me.rolname`;

/**
 * The boot check of every process that serves requests.
 *
 * @throws Error naming each way in which the connection's role could step round row-level security.
 */
export async function assertUnprivileged(database: ClientBase | Pool): Promise<void> {
  const { rows } = await database.query<{ reason: string }>(PRIVILEGES);
  if (rows.length === 0) return;
  throw new Error(
    `Refusing to serve requests under a database role that row-level security does not bind: ` +
      `${rows.map((row) => row.reason).join('; ')}. ` +
      `Set DATABASE_URL to a URL that signs in as ${APP_ROLE}; the migrations create that role.`,
  );
}
