import pg from 'pg';

/** A prepared statement: its name is its identity on every connection, so a name never gets another text. */
export interface Statement {
  readonly name: string;
  /** SQL with `$1…`. By convention `$1` is the workspace: repositories filter by it beside row-level security. */
  readonly text: string;
}

export const contextStatement: Statement = {
  name: 'calkeep_context',
  text: `select set_config('app.workspace_id', $1, true)`,
};

/** What pg's Query has and its published types leave out: the steps of the extended protocol. */
interface QuerySteps {
  prepare(connection: ProtocolConnection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: unknown): void;
}

interface ProtocolConnection {
  bind(options: { portal: string; statement: string; values: readonly string[] }): void;
  execute(options: { portal: string; rows: number }): void;
}

type ReadCallback = (error: Error | undefined, result: pg.QueryResult<unknown[]>) => void;

const QueryWithSteps = pg.Query as unknown as new (
  config: pg.QueryArrayConfig<unknown[]>,
  callback: ReadCallback,
) => pg.Query & QuerySteps;

/**
 * One read in its workspace, in one round trip and one transaction: Bind and Execute of the prepared
 * set_config, then the statement's own messages, then one Sync. Up to the Sync all of it is a single
 * implicit transaction (PostgreSQL 18, 54.2.3 and 54.2.4), so the setting is gone with the answer and
 * cannot reach the next query of the connection, whether this one fails or not.
 */
export class PipelinedRead extends QueryWithSteps {
  #isContextSet = false;

  constructor(
    readonly workspaceId: string,
    statement: Statement,
    values: readonly unknown[],
    callback: ReadCallback,
  ) {
    // Rows as arrays: one column of JSON text is what almost every read asks for.
    super({ name: statement.name, text: statement.text, values: [...values], rowMode: 'array' }, callback);
  }

  override prepare(connection: ProtocolConnection): void {
    connection.bind({ portal: '', statement: contextStatement.name, values: [this.workspaceId] });
    connection.execute({ portal: '', rows: 0 });
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#isContextSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: unknown): void {
    if (this.#isContextSet) super.handleCommandComplete(message, connection);
    this.#isContextSet = true;
  }
}
