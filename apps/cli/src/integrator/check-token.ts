import { ApiError, CalKeep, CalKeepError, type Me } from '@calkeep/sdk';
import { parseApiToken, type TokenMode } from '@calkeep/security';

export type TokenVerdict =
  | { state: 'malformed' }
  | { state: 'well-formed'; mode: TokenMode }
  | { state: 'refused'; mode: TokenMode; baseUrl: string; status: number; code: string; message: string }
  | { state: 'unreachable'; mode: TokenMode; baseUrl: string; message: string }
  | { state: 'good'; mode: TokenMode; baseUrl: string; me: Me };

/** Shape and checksum first, which need no server; then what the server at `baseUrl` says of it, if there is one. */
export async function checkToken(token: string, baseUrl: string | null): Promise<TokenVerdict> {
  const parsed = parseApiToken(token);
  if (!parsed) return { state: 'malformed' };
  const { mode } = parsed;
  if (baseUrl === null) return { state: 'well-formed', mode };
  try {
    return { state: 'good', mode, baseUrl, me: await new CalKeep({ token, baseUrl }).me() };
  } catch (error) {
    if (error instanceof ApiError) {
      const { status, code, message } = error;
      return { state: 'refused', mode, baseUrl, status, code, message };
    }
    if (error instanceof CalKeepError) return { state: 'unreachable', mode, baseUrl, message: error.message };
    throw error;
  }
}
