import { encodeRun } from './encode-run.js';
import {
  PipelinedQuery,
  type Prelude,
  type ProtocolConnection,
  type QueryCallback,
  type ResultShape,
  type Statement,
} from './pipelined-query.js';

export type { Statement } from './pipelined-query.js';

export const contextStatement: Statement = {
  name: 'calkeep_context',
  text: `select set_config('app.workspace_id', $1, true)`,
};

/** Sets the workspace until the end of the transaction, on a connection that has prepared the statement. */
export function contextOf(workspaceId: string): Prelude {
  const { name, text } = contextStatement;
  return { name, text, values: [workspaceId], isPrepared: true };
}

/** What the columns of each named statement are. Those of one name never change: PostgreSQL refuses a plan that they have left. */
const shapes = new Map<string, ResultShape>();

/**
 * One statement in its workspace, in one round trip and one implicit transaction: the setting is gone with the answer
 * and cannot reach the next query of the connection, whether this one fails or not.
 *
 * From its second execution on a connection it is not described again, and all its messages go in one piece.
 */
export class PipelinedRead extends PipelinedQuery {
  constructor(
    readonly workspaceId: string,
    statement: Statement,
    values: readonly unknown[],
    callback: QueryCallback,
  ) {
    super([contextOf(workspaceId)], statement, values, callback);
  }

  override prepare(connection: ProtocolConnection): void {
    // What has no name is prepared, and described, anew each time.
    const shape = this.name ? shapes.get(this.name) : undefined;
    const values = shape && this.hasBeenParsed(connection) ? textsOf(this.values) : null;
    if (!this.name || !shape || !values) return super.prepare(connection);
    this.takeShape(shape);
    const context = { name: contextStatement.name, values: [this.workspaceId] };
    connection.stream.write(encodeRun([context, { name: this.name, values }]));
  }

  override handleRowDescription(message: { fields: readonly unknown[] }): void {
    super.handleRowDescription(message);
    if (this.name) shapes.set(this.name, this.shape);
  }
}

/** The parameters' text forms; `null` where that takes pg's own rules. */
function textsOf(values: readonly unknown[]): (string | null)[] | null {
  const texts: (string | null)[] = [];
  for (const value of values) {
    if (typeof value === 'string' || value === null) texts.push(value);
    else if (typeof value === 'number') texts.push(String(value));
    else return null;
  }
  return texts;
}
