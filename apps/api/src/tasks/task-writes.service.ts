import { newUuid, toPublicId, type NewTask, type TaskPatch } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import type { JsonText } from '../http/envelope.js';
import type { Preconditions } from '../http/preconditions.js';
import type { Principal } from '../http/principal.js';
import type { Submission } from '../idempotency/current-submission.js';
import { Submissions } from '../idempotency/submissions.js';
import { foundOne, uuidFromPath } from '../resources/found.js';
import { referredUuid, unknownReference } from '../resources/references.js';
import { versionToChange } from '../resources/versions.js';
import { created } from '../resources/written.js';
import { TaskWritesRepository, type WrittenTask } from './task-writes.repository.js';

@Injectable()
export class TaskWritesService {
  constructor(
    private readonly database: Database,
    private readonly tasks: TaskWritesRepository,
    private readonly submissions: Submissions,
  ) {}

  create(principal: Principal, submission: Submission, { contactId, ...fields }: NewTask): Promise<Answer> {
    return this.submissions.run(principal, submission, async (db) => {
      const id = newUuid();
      const draft = { id, fields, contactId: referredUuid('contact', 'contactId', contactId) };
      const item = itemOf(await this.tasks.create(db, draft));
      return created('task', item, `/api/v1/tasks/${toPublicId('task', id)}`);
    });
  }

  async update(
    principal: Principal,
    publicId: string,
    { patch, preconditions }: { patch: TaskPatch; preconditions: Preconditions },
  ): Promise<JsonText> {
    const { contactId: contact, ...fields } = patch;
    const db = this.database.forWorkspace(principal.workspaceId);
    const id = uuidFromPath('task', publicId);
    const version = await versionToChange('task', preconditions, () => this.tasks.findVersion(db, id));
    const contactId = contact === undefined ? undefined : referredUuid('contact', 'contactId', contact);
    return foundOne('task', itemOf(await this.tasks.update(db, { id, fields, contactId, version })));
  }
}

function itemOf(written: WrittenTask): string {
  if ('item' in written) return written.item;
  switch (written.isRefused) {
    case 'not-there':
      throw new AppError('not_found');
    case 'changed':
      throw new AppError('precondition_failed');
    case 'no-contact':
      throw unknownReference('contactId');
  }
}
