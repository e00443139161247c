import pg from 'pg';

/**
 * A prepared statement: its name is its identity on every connection, so a name never gets another text. Without a name (`''`)
 * it is prepared for one use, and planned for the values of that use.
 */
export interface Statement {
  readonly name: string;
  /** SQL with `$1…`. By convention `$1` is the workspace: repositories filter by it beside row-level security. */
  readonly text: string;
}

/** A statement that is sent ahead of another one in the same round trip, and whose rows nobody asks for. */
export interface Prelude {
  readonly text: string;
  readonly values?: readonly (string | Buffer | null)[];
  /** The connection has prepared it under this name. */
  readonly preparedAs?: string;
}

/** What pg's Query has and its published types leave out: the steps of the extended protocol. */
interface QuerySteps {
  hasBeenParsed(connection: ProtocolConnection): boolean;
  prepare(connection: ProtocolConnection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: unknown): void;
}

interface ProtocolConnection {
  readonly submittedNamedStatements: Record<string, string>;
  parse(options: { name: string; text: string }): void;
  bind(options: { portal: string; statement: string; values: readonly unknown[] }): void;
  execute(options: { portal: string; rows: number }): void;
}

export type QueryCallback = (error: Error | undefined, result: pg.QueryResult<unknown[]>) => void;

type QueryConfig = pg.QueryArrayConfig<unknown[]> & { queryMode: 'extended' };

const QueryWithSteps = pg.Query as unknown as new (
  config: QueryConfig,
  callback: QueryCallback,
) => pg.Query & QuerySteps;

/**
 * Several statements in one round trip: Bind and Execute of each prelude, then the statement's own messages, then
 * one Sync. Up to the Sync all of it is a single implicit transaction, unless a prelude began one (PostgreSQL 18,
 * 54.2.3 and 54.2.4), and after an error nothing that follows is executed. Each sees what those before it did.
 */
export class PipelinedQuery extends QueryWithSteps {
  readonly #preludes: readonly Prelude[];
  #preludesLeft: number;

  constructor(
    preludes: readonly Prelude[],
    { name, text }: Pick<Statement, 'text'> & Partial<Statement>,
    values: readonly unknown[],
    callback: QueryCallback,
  ) {
    // Rows as arrays: one column of JSON text is what almost every statement answers with.
    super(
      { ...(name !== undefined && { name }), text, values: [...values], rowMode: 'array', queryMode: 'extended' },
      callback,
    );
    this.#preludes = preludes;
    this.#preludesLeft = preludes.length;
  }

  override prepare(connection: ProtocolConnection): void {
    // Before the preludes: pg takes the first ParseComplete, whosever it is, for that of the named statement.
    if (this.#preludes.some(({ preparedAs }) => preparedAs === undefined)) this.#parse(connection);
    for (const { text, values = [], preparedAs } of this.#preludes) {
      if (preparedAs === undefined) connection.parse({ name: '', text });
      connection.bind({ portal: '', statement: preparedAs ?? '', values });
      connection.execute({ portal: '', rows: 0 });
    }
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#preludesLeft === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: unknown): void {
    if (this.#preludesLeft === 0) super.handleCommandComplete(message, connection);
    else this.#preludesLeft--;
  }

  #parse(connection: ProtocolConnection): void {
    const { name, text } = this as unknown as Partial<Statement>;
    if (name === undefined || text === undefined || this.hasBeenParsed(connection)) return;
    connection.parse({ name, text });
    connection.submittedNamedStatements[name] = text;
  }
}

/** Runs it on a connection that does nothing else at the time. @returns the rows. */
export function runPipelined(
  client: pg.ClientBase,
  { preludes, statement, values }: { preludes: readonly Prelude[]; statement: PipelinedStatement; values: unknown[] },
): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    client.query(
      new PipelinedQuery(preludes, statement, values, (error, result) =>
        error ? reject(error) : resolve(result.rows),
      ),
    );
  });
}

/** Without a name it is parsed each time. */
type PipelinedStatement = Pick<Statement, 'text'> & Partial<Statement>;
