import { parsePublicId } from '@calkeep/contract';
import type { ChainedAuditEvent, SignedCheckpoint } from '@calkeep/security';
import { CliError } from '../cli-error.js';
import type { NumberedRecord } from './read-export.js';

/** Something of an export, and the line on which it begins. */
export interface Numbered<T> {
  readonly line: number;
  readonly value: T;
}

/** Goes through an export once, record by record, and remembers what the events are judged by. */
export class ExportWalk {
  /** The event that was given out last. */
  event: Numbered<ChainedAuditEvent> | undefined;
  /** The one at the end, when the events came to it. */
  checkpoint: Numbered<SignedCheckpoint> | undefined;
  /** Whether the events were read to their end. */
  hasEnded = false;
  /** The line of a record that stands after the checkpoint, where none belongs. */
  lineAfterCheckpoint: number | undefined;

  private constructor(
    private readonly first: NumberedRecord,
    private readonly records: AsyncIterator<NumberedRecord>,
  ) {}

  /** Reads the first record. @throws CliError when there is none, or none of a workspace */
  static async start(records: AsyncIterable<NumberedRecord>): Promise<ExportWalk> {
    const iterator = records[Symbol.asyncIterator]();
    const first = await iterator.next();
    if (first.done === true) throw new CliError('no entry and no checkpoint is in it, so there is nothing to verify');
    const walk = new ExportWalk(first.value, iterator);
    if (parsePublicId('workspace', walk.workspaceId) !== null) return walk;
    await iterator.return?.();
    throw new CliError(`line ${first.value.line}: workspaceId is not the id of a workspace`);
  }

  /** Which the first record names. */
  get workspaceId(): string {
    const { record } = this.first;
    return record.type === 'event' ? record.event.workspaceId : record.checkpoint.workspaceId;
  }

  /** Undefined for an export of a checkpoint alone. */
  get firstEvent(): ChainedAuditEvent | undefined {
    const { record } = this.first;
    return record.type === 'event' ? record.event : undefined;
  }

  /** The events in the order of the file. Ends at the checkpoint; closes the file whichever way it ends. */
  async *events(): AsyncGenerator<ChainedAuditEvent> {
    try {
      let { line, record } = this.first;
      while (record.type === 'event') {
        this.event = { line, value: record.event };
        yield record.event;
        const next = await this.records.next();
        if (next.done === true) return void (this.hasEnded = true);
        ({ line, record } = next.value);
      }
      await this.#endAt({ line, value: record.checkpoint });
    } finally {
      await this.records.return?.();
    }
  }

  async #endAt(checkpoint: Numbered<SignedCheckpoint>): Promise<void> {
    this.hasEnded = true;
    this.checkpoint = checkpoint;
    const next = await this.records.next();
    if (next.done !== true) this.lineAfterCheckpoint = next.value.line;
  }
}
