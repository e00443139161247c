import { newUuid, type NewReminder } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import type { Principal } from '../http/principal.js';
import type { Submission } from '../idempotency/current-submission.js';
import { Submissions } from '../idempotency/submissions.js';
import { referredUuid, unknownReference } from '../resources/references.js';
import { created } from '../resources/written.js';
import { ReminderWritesRepository } from './reminder-writes.repository.js';

const targetPath = 'target.id';

@Injectable()
export class ReminderWritesService {
  constructor(
    private readonly reminders: ReminderWritesRepository,
    private readonly submissions: Submissions,
  ) {}

  create(principal: Principal, submission: Submission, { title, dueAt, target }: NewReminder): Promise<Answer> {
    return this.submissions.run(principal, submission, async (db) => {
      const id = referredUuid(target.type, targetPath, target.id);
      if (id === null) throw unknownReference(targetPath);
      const draft = { id: newUuid(), title, dueAt, target: { type: target.type, id } };
      const item = await this.reminders.create(db, draft);
      if (item === null) throw unknownReference(targetPath);
      // No single reminder can be read, so there is no Location.
      return created('reminder', item);
    });
  }
}
