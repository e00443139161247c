import { PepperKeyring } from '@calkeep/security';

/** The pepper of every API process that the tests start, and of the tokens that the builders make. */
export const tokenPeppers = `test:${Buffer.alloc(32, 7).toString('base64')}`;

export const pepperKeyring = PepperKeyring.parse(tokenPeppers);
