import type { NewTask, TaskPatch } from '@calkeep/contract';
import { finishJson, type WorkspaceDatabase, type WorkspaceWriter } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { isForeignKeyViolation } from '../resources/references.js';
import type { Version } from '../resources/versions.js';
import { createTask, taskVersion, updateTask } from './task-write-statements.js';

/** The task as JSON text, or why it is not there. */
export type WrittenTask = { readonly item: string } | { readonly isRefused: 'no-contact' | 'not-there' | 'changed' };

export interface TaskDraft {
  readonly id: string;
  readonly fields: Omit<NewTask, 'contactId'>;
  readonly contactId: string | null;
}

/** Ids are bare UUIDs. */
export interface TaskChange {
  readonly id: string;
  readonly fields: Omit<TaskPatch, 'contactId'>;
  /** `undefined` leaves it. */
  readonly contactId: string | null | undefined;
  /** That the row must have. */
  readonly version: string | null;
}

@Injectable()
export class TaskWritesRepository {
  create(db: WorkspaceWriter, { id, fields, contactId }: TaskDraft): Promise<WrittenTask> {
    return unlessContactGoes(async () => {
      const [row] = await db.write({ statement: createTask }, id, JSON.stringify(fields), contactId);
      return row ? { item: finishJson(String(row[0])) } : { isRefused: 'no-contact' };
    });
  }

  update(db: WorkspaceWriter, { id, fields, contactId, version }: TaskChange): Promise<WrittenTask> {
    const values = [id, JSON.stringify(fields), version, contactId !== undefined, contactId ?? null];
    return unlessContactGoes(async () => {
      const [row] = await db.write({ statement: updateTask }, ...values);
      if (!row) return { isRefused: 'not-there' };
      const [item, isContactThere] = row;
      if (typeof item === 'string') return { item: finishJson(item) };
      return { isRefused: isContactThere === true ? 'changed' : 'no-contact' };
    });
  }

  async findVersion(db: WorkspaceDatabase, id: string): Promise<Version | null> {
    const [row] = await db.read(taskVersion, id);
    return row ? { item: finishJson(String(row[0])), version: String(row[1]) } : null;
  }
}

async function unlessContactGoes(write: () => Promise<WrittenTask>): Promise<WrittenTask> {
  try {
    return await write();
  } catch (error) {
    if (isForeignKeyViolation(error)) return { isRefused: 'no-contact' };
    throw error;
  }
}
