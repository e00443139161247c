import { Database, type GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

const rowsPerRoundMax = 5_000;
/** A round is a transaction of its own; what is left after these is for the next time. */
const roundsMax = 100;

/** What is worth nothing any more, by the tables' keys. Invitations stay: they are part of a workspace's history. */
const expired = [
  { table: 'sessions', key: 'id', condition: 'expires_at <= now()' },
  { table: 'user_totp_enrolments', key: 'user_id', condition: 'expires_at <= now()' },
  { table: 'webauthn_challenges', key: '(session_id, purpose)', condition: 'expires_at <= now()' },
  { table: 'attempt_buckets', key: 'key', condition: 'full_at <= now()' },
].map(
  ({ table, key, condition }) =>
    `delete from ${table} where ${key} in
       (select ${key.replace(/[()]/g, '')} from ${table} where ${condition} limit ${rowsPerRoundMax} for update skip locked)`,
);

/** Removes what has expired from the global tables: those of persons, and the attempts of nobody known. */
@Injectable()
export class ExpiredRows {
  constructor(private readonly database: Database) {}

  /** Leaves it to another process that is at it already. */
  async remove(): Promise<void> {
    for (let round = 0; round < roundsMax; round++) {
      const isMore = await this.database.transaction((tx) => removeSome(tx));
      if (!isMore) return;
    }
  }
}

/** @returns whether there may be more. */
async function removeSome(tx: GlobalTransaction): Promise<boolean> {
  const [lock] = await tx.$queryRaw<{ isOurs: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('calkeep expired rows', 0)) as "isOurs"`;
  if (!lock?.isOurs) return false;
  let isMore = false;
  for (const statement of expired) {
    const count = await tx.$executeRawUnsafe(statement);
    isMore ||= count === rowsPerRoundMax;
  }
  return isMore;
}
