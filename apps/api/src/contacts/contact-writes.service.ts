import { identifyingError, newUuid, toPublicId, type ContactPatch, type NewContact } from '@calkeep/contract';
import { Database, type WorkspaceWriter } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import type { JsonText } from '../http/envelope.js';
import type { Preconditions } from '../http/preconditions.js';
import type { Principal } from '../http/principal.js';
import type { Submission } from '../idempotency/current-submission.js';
import { Submissions } from '../idempotency/submissions.js';
import { foundOne, uuidFromPath } from '../resources/found.js';
import { quotaExceeded } from '../resources/quota.js';
import { versionToChange } from '../resources/versions.js';
import { created } from '../resources/written.js';
import { ContactWritesRepository, type WrittenContact } from './contact-writes.repository.js';

type Refusal = Exclude<WrittenContact, { item: string }>;

/** Whoever has the e-mail may lose it before it is looked up; then there is nothing in the way any more. */
const attemptsMax = 3;

@Injectable()
export class ContactWritesService {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactWritesRepository,
    private readonly submissions: Submissions,
  ) {}

  create(principal: Principal, submission: Submission, draft: NewContact): Promise<Answer> {
    return this.submissions.run(principal, submission, async (db) => {
      const id = newUuid();
      const item = await this.#write(db, draft.email, () => this.contacts.create(db, id, draft, principal.plan));
      return created('contact', item, `/api/v1/contacts/${toPublicId('contact', id)}`);
    });
  }

  async update(
    principal: Principal,
    publicId: string,
    { patch, preconditions }: { patch: ContactPatch; preconditions: Preconditions },
  ): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    const id = uuidFromPath('contact', publicId);
    const version = await versionToChange('contact', preconditions, () => this.contacts.findVersion(db, id));
    const change = { id, patch, version, plan: principal.plan };
    return foundOne('contact', await this.#write(db, patch.email, () => this.contacts.update(db, change)));
  }

  /** @returns the contact as JSON text. */
  async #write(
    db: WorkspaceWriter,
    email: string | null | undefined,
    write: () => Promise<WrittenContact>,
  ): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const written = await write();
      if ('item' in written) return written.item;
      const refusal = await this.#refusal(db, email, written);
      if (refusal !== null || attempt === attemptsMax) throw refusal ?? new AppError('conflict');
    }
  }

  async #refusal(db: WorkspaceWriter, email: string | null | undefined, why: Refusal): Promise<AppError | null> {
    if ('isOver' in why) return quotaExceeded(why.isOver);
    switch (why.isRefused) {
      case 'not-there':
        return new AppError('not_found');
      case 'changed':
        return new AppError('precondition_failed');
      case 'unnamed':
        return new AppError('invalid_request', { details: [{ path: '', code: 'custom', message: identifyingError }] });
      case 'email-taken':
        return this.#emailTaken(db, email ?? '');
    }
  }

  async #emailTaken(db: WorkspaceWriter, email: string): Promise<AppError | null> {
    const id = await this.contacts.findIdByEmail(db, email);
    if (id === null) return null;
    const message = 'Another contact of this workspace has this e-mail address.';
    return new AppError('conflict', { message, details: { field: 'email', id: toPublicId('contact', id) } });
  }
}
