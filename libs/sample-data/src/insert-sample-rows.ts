import type { RunStatement } from '@calkeep/database';
import type { SampleRows } from './sample-rows.js';

/** What is referred to comes before what refers to it. */
export const sampleTables = [
  ['contacts', 'contacts'],
  ['bookings', 'bookings'],
  ['tasks', 'tasks'],
  ['reminders', 'reminders'],
  ['calendarAccounts', 'calendar_accounts'],
] as const satisfies readonly (readonly [keyof SampleRows, string])[];

/** Inserts into a workspace, in whose context the transaction is. @param workspaceId bare UUID. */
export async function insertSampleRows(run: RunStatement, workspaceId: string, rows: SampleRows): Promise<void> {
  for (const [resource, table] of sampleTables)
    await insert(
      run,
      table,
      rows[resource].map((row) => ({ workspace_id: workspaceId, ...row })),
    );
}

/** The keys of the first row name the columns, and all rows have the same. */
async function insert(run: RunStatement, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).join(', ');
  await run(
    `insert into ${table} (${columns})
     select ${columns} from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`,
    JSON.stringify(rows),
  );
}
