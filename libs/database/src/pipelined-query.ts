import type { Writable } from 'node:stream';
import pg from 'pg';

/**
 * A prepared statement: its name is its identity on every connection, so a name never gets another text. Without a name (`''`)
 * it is prepared for one use, and planned for the values of that use.
 */
export interface Statement {
  readonly name: string;
  /** SQL with `$1…`. By convention `$1` is the workspace: repositories filter by it beside row-level security. */
  readonly text: string;
  /** How many point reads it takes as long as. */
  readonly weight?: number;
}

/** A statement that is sent ahead of another one in the same round trip, and whose rows nobody asks for. */
export interface Prelude {
  readonly text: string;
  readonly values?: readonly (string | Buffer | null)[];
  /** As a statement's: it is then parsed once a connection. Without one, each time. */
  readonly name?: string;
  /** Every connection has prepared it from the beginning. */
  readonly isPrepared?: true;
}

/** What pg's Query has and its published types leave out: the steps of the extended protocol. */
interface QuerySteps {
  name: string | undefined;
  text: string;
  values: readonly unknown[];
  _result: { fields: unknown; _parsers: unknown };
  _accumulateRows: boolean;
  handleRowDescription(message: { fields: readonly unknown[] }): void;
  hasBeenParsed(connection: ProtocolConnection): boolean;
  prepare(connection: ProtocolConnection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: unknown): void;
  handleReadyForQuery(connection: ProtocolConnection): void;
}

/** The columns of a result and how their texts are read: what pg makes of a RowDescription. */
export interface ResultShape {
  readonly fields: unknown;
  readonly parsers: unknown;
}

export interface ProtocolConnection {
  readonly stream: Writable;
  readonly submittedNamedStatements: Record<string, string>;
  parse(options: { name: string; text: string }): void;
  close(options: { type: 'S'; name: string }): void;
  bind(options: { portal: string; statement: string; values: readonly unknown[] }): void;
  execute(options: { portal: string; rows: number }): void;
}

/** The named preludes that a connection has surely prepared. */
const preparedOn = new WeakMap<ProtocolConnection, Set<string>>();

export type QueryCallback = (error: Error | undefined, result: pg.QueryResult<unknown[]>) => void;

/**
 * pg copies the configuration of each query property by property with their descriptors, which took longer than writing the query
 * did. It keeps the prototype as it is, so what all queries have in common stands there. Rows as arrays: one column of
 * JSON text is what almost every statement answers with.
 */
const sharedConfig = Object.create({ rowMode: 'array', queryMode: 'extended' }) as pg.QueryConfig;

const QueryWithSteps = pg.Query as unknown as new (
  config: pg.QueryConfig,
  values: undefined,
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
  #unprepared: readonly Prelude[] = [];

  constructor(
    preludes: readonly Prelude[],
    { name, text }: Pick<Statement, 'text'> & Partial<Statement>,
    values: readonly unknown[],
    callback: QueryCallback,
  ) {
    super(sharedConfig, undefined, callback);
    if (name !== undefined) this.name = name;
    this.text = text;
    this.values = values;
    this.#preludes = preludes;
    this.#preludesLeft = preludes.length;
  }

  override prepare(connection: ProtocolConnection): void {
    // Before the preludes: pg takes the first ParseComplete, whosever it is, for that of the named statement.
    this.#unprepared = this.#preludes.filter((prelude) => !isPreparedOn(connection, prelude));
    if (this.#unprepared.length > 0) this.#parse(connection);
    for (const prelude of this.#preludes) {
      const { name = '', text, values = [] } = prelude;
      if (this.#unprepared.includes(prelude)) {
        // One that failed may have been parsed or not; to close what is not there is no error.
        if (name !== '') connection.close({ type: 'S', name });
        connection.parse({ name, text });
      }
      connection.bind({ portal: '', statement: name, values });
      connection.execute({ portal: '', rows: 0 });
    }
    super.prepare(connection);
  }

  protected get shape(): ResultShape {
    const { fields, _parsers: parsers } = this._result;
    return { fields, parsers };
  }

  /** In the place of a RowDescription that was not asked for. */
  protected takeShape({ fields, parsers }: ResultShape): void {
    this._result.fields = fields;
    this._result._parsers = parsers;
    this._accumulateRows = true;
  }

  override handleDataRow(message: unknown): void {
    if (this.#preludesLeft === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: unknown): void {
    if (this.#preludesLeft === 0) super.handleCommandComplete(message, connection);
    else this.#preludesLeft--;
  }

  /** Comes when nothing failed, so that every statement of it was parsed. */
  override handleReadyForQuery(connection: ProtocolConnection): void {
    for (const { name } of this.#unprepared) {
      if (name === undefined) continue;
      const names = preparedOn.get(connection) ?? new Set();
      preparedOn.set(connection, names.add(name));
    }
    super.handleReadyForQuery(connection);
  }

  #parse(connection: ProtocolConnection): void {
    const { name, text } = this;
    if (!name || this.hasBeenParsed(connection)) return;
    connection.parse({ name, text });
    connection.submittedNamedStatements[name] = text;
  }
}

function isPreparedOn(connection: ProtocolConnection, { name, isPrepared }: Prelude): boolean {
  return isPrepared === true || (name !== undefined && preparedOn.get(connection)?.has(name) === true);
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
