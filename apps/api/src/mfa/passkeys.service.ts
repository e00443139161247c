import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import type { PersonCaller } from '../http/current-session.js';
import { uuidFromPath } from '../resources/found.js';
import { FactorRemoval } from './factor-removal.js';
import { passkeyFactor } from './factor.js';
import { PasskeysRepository, type StoredPasskey } from './passkeys.repository.js';

/** A malformed, an unknown and another person's passkey are one and the same 404. */
@Injectable()
export class PasskeysService {
  constructor(
    private readonly database: Database,
    private readonly passkeys: PasskeysRepository,
    private readonly removal: FactorRemoval,
  ) {}

  /** @param id public id. @throws AppError `not_found` */
  async rename({ session: { user } }: PersonCaller, id: string, label: string): Promise<StoredPasskey> {
    const uuid = uuidFromPath('passkey', id);
    const passkey = await this.database.transaction((tx) => this.passkeys.rename(tx, user.id, { id: uuid, label }));
    if (!passkey) throw new AppError('not_found');
    return passkey;
  }

  /** @param id public id. @throws AppError `not_found`, `conflict` */
  async remove(person: PersonCaller, id: string): Promise<void> {
    const uuid = uuidFromPath('passkey', id);
    await this.removal.run(person, passkeyFactor(uuid), (tx, userId) => this.passkeys.remove(tx, userId, uuid));
  }
}
