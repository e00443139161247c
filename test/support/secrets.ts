import { PepperKeyring } from '@calkeep/security';

/** The pepper of every API process that the tests start, and of the tokens that the builders make. */
export const tokenPeppers = `test:${Buffer.alloc(32, 7).toString('base64')}`;

export const pepperKeyring = PepperKeyring.parse(tokenPeppers);

/** Everything that a process of the tests needs to be told and that is secret. */
export const secretSettings = {
  TOKEN_PEPPERS: tokenPeppers,
  SEALING_KEYS: `test:${Buffer.alloc(32, 8).toString('base64')}`,
  AUDIT_SIGNING_KEYS: `test:${Buffer.alloc(32, 9).toString('base64')}`,
};
