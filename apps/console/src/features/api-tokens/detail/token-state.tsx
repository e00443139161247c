import type { ApiToken } from '@calkeep/contract';
import { sinceOrUntil } from '../../../components/instant.js';
import { texts } from '../../../texts/index.js';
import { Notice } from '../notice.js';
import { expiringDays } from '../token-queries.js';
import { shownStatusOf } from '../token-status.js';

const words = texts.apiTokens.token.states;
const dayMs = 86_400_000;

/** What to know about the token as it is; nothing of one that simply works. */
export function TokenState({ token, hasApiTokens }: { token: ApiToken; hasApiTokens: boolean }) {
  const sentences = [statusSentence(token, hasApiTokens), reasonOf(token), orphanSentence(token), endSentence(token)];
  const told = sentences.filter((sentence) => sentence !== null);
  return told.length === 0 ? null : <Notice>{told.join(' ')}</Notice>;
}

function statusSentence(token: ApiToken, hasApiTokens: boolean): string | null {
  const status = shownStatusOf(token, hasApiTokens);
  return status === 'active' || status === 'retiring' ? null : words[status];
}

function reasonOf({ revokedReason }: ApiToken): string | null {
  return revokedReason === null ? null : words.reason(revokedReason);
}

function orphanSentence({ isOrphan, status }: ApiToken): string | null {
  return isOrphan && status === 'active' ? words.orphan : null;
}

function endSentence({ expiresAt, status }: ApiToken): string | null {
  if (expiresAt === null || status !== 'active') return null;
  const end = new Date(expiresAt);
  return end.getTime() - Date.now() > expiringDays * dayMs ? null : words.expiring(sinceOrUntil(end));
}
