import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';

export type ChallengePurpose = 'register' | 'authenticate';

/** How long a person may take to answer. */
export const challengeSeconds = 300;

/**
 * Invariant: a challenge is answered at most once, by the session that asked for it and for the purpose that it was asked
 * for. Taking it spends it, before the answer is looked at and whatever comes of that.
 */
@Injectable()
export class WebauthnChallenges {
  constructor(private readonly database: Database) {}

  /** In the place of one that was not answered. @throws AppError `session_required` when the session has just ended. */
  async keep(sessionId: string, purpose: ChallengePurpose, challenge: string): Promise<void> {
    // The global table of challenges: they belong to sessions, not to a workspace.
    const kept = await this.database.global(
      `insert into webauthn_challenges (session_id, purpose, challenge, expires_at)
       select id, $2, $3, now() + make_interval(secs => $4)
       from (select id from sessions where id = $1 for key share) session
       on conflict (session_id, purpose) do update set challenge = excluded.challenge, expires_at = excluded.expires_at
       returning session_id`,
      [sessionId, purpose, challenge, challengeSeconds],
    );
    if (kept.length === 0) throw new AppError('session_required');
  }

  /** Of those who take it at the same moment, on whichever process, one gets it; nobody does once it is too old. */
  async take(sessionId: string, purpose: ChallengePurpose): Promise<string | null> {
    const [row] = await this.database.global<{ challenge: string; is_open: boolean }>(
      `delete from webauthn_challenges where session_id = $1 and purpose = $2
       returning challenge, expires_at > now() as is_open`,
      [sessionId, purpose],
    );
    return row?.is_open === true ? row.challenge : null;
  }
}
