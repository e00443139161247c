import type { AttemptLimit } from '../attempts/attempts.js';
import { addressBlock } from '../http/caller-address.js';
import type { Quota } from '../http/principal.js';

const quarterHourSeconds = 900;
const hourSeconds = 3_600;

/** At one account from one address: more than anybody mistypes. */
const ofAccountAtAddress: Quota = { requests: 10, windowSeconds: quarterHourSeconds };
/** At one account from anywhere: what many addresses together may try. */
const ofAccount: Quota = { requests: 30, windowSeconds: quarterHourSeconds };
/** From one address at whatever accounts: an office mistypes less, a list of leaked passwords is longer. */
const ofAddress: Quota = { requests: 100, windowSeconds: quarterHourSeconds };
const signUpsOfAddress: Quota = { requests: 200, windowSeconds: hourSeconds };
/** Mails to one person about sign-ups with their address: nobody's letter-box is filled by it. */
const noticesOfUser: Quota = { requests: 1, windowSeconds: hourSeconds };

/** The limits of attempts at a password. A right one resets those of the account and gives back that of the address. */
export interface PasswordLimits {
  readonly account: AttemptLimit;
  readonly accountAtAddress: AttemptLimit;
  readonly address: AttemptLimit;
}

/** Counted by the e-mail address as it was typed, so an account that does not exist is limited as one that does. */
export function passwordLimits(email: string, address: string): PasswordLimits {
  const block = addressBlock(address);
  return {
    ...limitsOfAccount('password', email.toLowerCase(), block),
    address: { name: 'password:address', subject: block, quota: ofAddress },
  };
}

/** A right one resets them. @param userId bare UUID. */
export function secondFactorLimits(
  factor: 'totp' | 'recovery' | 'webauthn',
  userId: string,
  address: string,
): readonly AttemptLimit[] {
  const { account, accountAtAddress } = limitsOfAccount(factor, userId, addressBlock(address));
  return [accountAtAddress, account];
}

export function signUpLimits(address: string): readonly AttemptLimit[] {
  return [{ name: 'sign-up:address', subject: addressBlock(address), quota: signUpsOfAddress }];
}

/** @param userId bare UUID. */
export function signUpNoticeLimits(userId: string): readonly AttemptLimit[] {
  return [{ name: 'sign-up:notice', subject: userId, quota: noticesOfUser }];
}

function limitsOfAccount(kind: string, account: string, block: string): Omit<PasswordLimits, 'address'> {
  return {
    account: { name: `${kind}:account`, subject: account, quota: ofAccount },
    // An e-mail address may hold spaces, in quotes; a block never does.
    accountAtAddress: { name: `${kind}:account-address`, subject: `${block} ${account}`, quota: ofAccountAtAddress },
  };
}
