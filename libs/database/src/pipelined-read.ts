import { PipelinedQuery, type Prelude, type QueryCallback, type Statement } from './pipelined-query.js';

export type { Statement } from './pipelined-query.js';

export const contextStatement: Statement = {
  name: 'calkeep_context',
  text: `select set_config('app.workspace_id', $1, true)`,
};

/** Sets the workspace until the end of the transaction, on a connection that has prepared the statement. */
export function contextOf(workspaceId: string): Prelude {
  return { ...contextStatement, values: [workspaceId], isPrepared: true };
}

/**
 * One statement in its workspace, in one round trip and one implicit transaction: the setting is gone with the answer
 * and cannot reach the next query of the connection, whether this one fails or not.
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
}
