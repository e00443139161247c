import type { GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

/** A passkey as its person sees it. */
export interface StoredPasskey {
  /** Bare UUID. */
  readonly id: string;
  readonly label: string;
  readonly isBackedUp: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** What an answer of the passkey is checked against. */
export interface PasskeyCredential {
  readonly id: string;
  readonly credentialId: Uint8Array<ArrayBuffer>;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly signCount: number;
  readonly transports: string[];
}

export interface NewPasskey extends PasskeyCredential {
  readonly label: string;
  readonly isBackedUp: boolean;
}

/** What a good answer tells of the passkey. */
export interface PasskeyUse {
  readonly id: string;
  readonly signCount: number;
  readonly isBackedUp: boolean;
}

const shown = { id: true, label: true, isBackedUp: true, createdAt: true, lastUsedAt: true } as const;
const checked = { id: true, credentialId: true, publicKey: true, signCount: true, transports: true } as const;

@Injectable()
export class PasskeysRepository {
  /** The oldest first. */
  findMany(tx: GlobalTransaction, userId: string): Promise<StoredPasskey[]> {
    return tx.webauthnCredential.findMany({ where: { userId }, select: shown, orderBy: { id: 'asc' } });
  }

  async findCredentials(tx: GlobalTransaction, userId: string): Promise<PasskeyCredential[]> {
    const rows = await tx.webauthnCredential.findMany({ where: { userId }, select: checked, orderBy: { id: 'asc' } });
    return rows.map((row) => ({ ...row, signCount: Number(row.signCount) }));
  }

  /** @returns `null` for a credential that is registered already, by whomever. */
  async create(tx: GlobalTransaction, userId: string, passkey: NewPasskey): Promise<StoredPasskey | null> {
    const { count } = await tx.webauthnCredential.createMany({ data: [{ ...passkey, userId }], skipDuplicates: true });
    return count === 1 ? this.findOne(tx, userId, passkey.id) : null;
  }

  findOne(tx: GlobalTransaction, userId: string, id: string): Promise<StoredPasskey | null> {
    return tx.webauthnCredential.findFirst({ where: { userId, id }, select: shown });
  }

  /**
   * The decision who used it: of two answers with the same count, one. Passkeys that do not count always tell 0.
   * @returns whether the count was a later one.
   */
  async use(tx: GlobalTransaction, userId: string, { id, signCount, isBackedUp }: PasskeyUse): Promise<boolean> {
    const used = await tx.$executeRaw`
      update webauthn_credentials set sign_count = ${signCount}, is_backed_up = ${isBackedUp}, last_used_at = now()
      where user_id = ${userId}::uuid and id = ${id}::uuid
        and (sign_count < ${signCount} or (sign_count = 0 and ${signCount} = 0))`;
    return used === 1;
  }

  /** @returns `null` when the person has no such passkey. */
  async rename(tx: GlobalTransaction, userId: string, { id, label }: { id: string; label: string }) {
    const { count } = await tx.webauthnCredential.updateMany({ where: { userId, id }, data: { label } });
    return count === 1 ? this.findOne(tx, userId, id) : null;
  }

  /** @returns whether the person had it. */
  async remove(tx: GlobalTransaction, userId: string, id: string): Promise<boolean> {
    const { count } = await tx.webauthnCredential.deleteMany({ where: { userId, id } });
    return count === 1;
  }
}
