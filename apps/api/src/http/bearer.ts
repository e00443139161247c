import { AppError } from '@calkeep/platform';

const realm = 'Bearer realm="calkeep"';

/**
 * Step 3: the credential in the Authorization header (RFC 6750, section 2.1), and never in the query,
 * a cookie or the body. What it is worth, even when it is empty, is the resolver's question.
 * @throws AppError `invalid_token` when there is no header, or one of another scheme.
 */
export function readBearer(header: string | undefined): string {
  const credential = /^bearer(?!\S) *(.*)$/i.exec(header ?? '')?.[1];
  if (credential === undefined) throw missingToken();
  if (/^bearer(?!\S)/i.test(credential)) throw invalidToken('The Authorization header says "Bearer" twice.');
  return credential;
}

/** RFC 6750, section 3.1: a request without a credential is told the scheme and no error. */
function missingToken(): AppError {
  return new AppError('invalid_token', {
    message: 'Send an access token: "Authorization: Bearer ck_live_…".',
    headers: { 'WWW-Authenticate': realm },
  });
}

/** The one answer to every credential that is not good, whatever is wrong with it. */
export function invalidToken(message?: string): AppError {
  return new AppError('invalid_token', {
    ...(message === undefined ? {} : { message }),
    headers: { 'WWW-Authenticate': `${realm}, error="invalid_token"` },
  });
}

export function insufficientScope(requiredScopes: readonly string[]): AppError {
  return new AppError('insufficient_scope', {
    details: { requiredScopes },
    headers: { 'WWW-Authenticate': `${realm}, error="insufficient_scope", scope="${requiredScopes.join(' ')}"` },
  });
}
