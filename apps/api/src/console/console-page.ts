import { randomBytes } from 'node:crypto';

/** What stands in the built page where each answer has a nonce of its own. */
const noncePlaceholder = '__CSP_NONCE__';

export interface ConsolePage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/**
 * One answer's page. Scripts come from this server's files alone. The nonce is for the style elements in which the
 * component library keeps its variables; nothing else may bring styles, and nobody may frame the page.
 */
export function consolePage(built: string): ConsolePage {
  const nonce = randomBytes(16).toString('base64');
  return {
    html: built.replaceAll(noncePlaceholder, nonce),
    contentSecurityPolicy: [
      `default-src 'none'`,
      `script-src 'self'`,
      `style-src 'self' 'nonce-${nonce}'`,
      `img-src 'self' data:`,
      `font-src 'self'`,
      `connect-src 'self'`,
      `manifest-src 'self'`,
      `base-uri 'none'`,
      `form-action 'self'`,
      `frame-ancestors 'none'`,
    ].join('; '),
  };
}
