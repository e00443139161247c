import { toPublicId, type ProfileData } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import type { Session } from '../http/session.js';
import { UsersRepository } from './users.repository.js';

@Injectable()
export class ProfileService {
  constructor(private readonly users: UsersRepository) {}

  async rename({ user }: Session, name: string): Promise<ProfileData['user']> {
    await this.users.rename(user.id, name);
    return { id: toPublicId('user', user.id), email: user.email, name };
  }
}
