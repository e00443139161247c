import type { MfaMethod } from '@calkeep/contract';
import { Database, type GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

/** Ids are bare UUIDs. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

export interface UserWithPassword extends User {
  readonly passwordHash: string;
}

/** The global table of users: no workspace owns its rows, and sign-in happens before one is known. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /** E-mail addresses are compared without regard to case. */
  async findByEmail(email: string): Promise<UserWithPassword | null> {
    const [user] = await this.database.global<UserWithPassword & Record<string, unknown>>(
      `select id, email, name, password_hash as "passwordHash" from users where lower(email) = lower($1)`,
      [email],
    );
    return user ?? null;
  }

  /**
   * The same, and whether one of their sessions was opened at this place: they are known there.
   * @param block an address or a range of addresses; `null` for a place that has none.
   */
  async findAtPlace(
    email: string,
    block: string | null,
  ): Promise<(UserWithPassword & { isKnownThere: boolean }) | null> {
    const [user] = await this.database.global<UserWithPassword & { isKnownThere: boolean } & Record<string, unknown>>(
      `select id, email, name, password_hash as "passwordHash", exists (
         select from sessions s where s.user_id = users.id and not s.is_pending and s.ip <<= $2::inet
       ) as "isKnownThere"
       from users where lower(email) = lower($1)`,
      [email, block],
    );
    return user ?? null;
  }

  /** @returns whether the address was free; waits for a sign-up with the same address that is not over yet. */
  async create(tx: GlobalTransaction, { id, email, name, passwordHash }: UserWithPassword): Promise<boolean> {
    const count = await tx.$executeRaw`
      insert into users (id, email, name, password_hash) values (${id}::uuid, ${email}, ${name}, ${passwordHash})
      on conflict (lower(email)) do nothing`;
    return count === 1;
  }

  /**
   * The second factors of a person whose password is still this one, and stays so until the transaction ends;
   * `null` once it has been changed.
   */
  async lockPassword(
    tx: GlobalTransaction,
    { id, passwordHash }: Pick<UserWithPassword, 'id' | 'passwordHash'>,
  ): Promise<MfaMethod[] | null> {
    const locked = await tx.$queryRaw<unknown[]>`
      select from users where id = ${id}::uuid and password_hash = ${passwordHash} for share`;
    if (locked.length === 0) return null;
    // In a statement of its own, which sees a factor that was set up while the lock was waited for.
    const [row] = await tx.$queryRaw<{ has_totp: boolean; has_passkey: boolean }[]>`
      select exists (select from user_totp_factors where user_id = ${id}::uuid and confirmed_at is not null) as has_totp,
             exists (select from webauthn_credentials where user_id = ${id}::uuid) as has_passkey`;
    return [...(row?.has_totp ? (['totp'] as const) : []), ...(row?.has_passkey ? (['webauthn'] as const) : [])];
  }

  /** @returns whether the password was still the one that is replaced. */
  async replacePassword(
    tx: GlobalTransaction,
    id: string,
    { from, to }: { from: string; to: string },
  ): Promise<boolean> {
    const { count } = await tx.user.updateMany({ where: { id, passwordHash: from }, data: { passwordHash: to } });
    return count === 1;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.database.transaction((tx) => tx.user.updateMany({ where: { id }, data: { name } }));
  }
}
