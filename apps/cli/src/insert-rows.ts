import pg from 'pg';

/**
 * Inserts rows in one statement. The keys of the first row name the columns, and all rows have the same; arrays and objects
 * become the array or jsonb that the column is. In the context of the workspace, where the table has one.
 */
export async function insertRows(client: pg.Client, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).map((name) => pg.escapeIdentifier(name));
  const name = pg.escapeIdentifier(table);
  await client.query(
    `insert into ${name} (${columns.join(', ')})
     select ${columns.join(', ')} from jsonb_populate_recordset(null::${name}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}
