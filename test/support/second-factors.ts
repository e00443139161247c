import { secondFactorsData, totpEnrolmentData, type SecondFactorsData } from '@calkeep/contract';
import { arrange } from './builders.js';
import type { Answer } from './client.js';
import { aUser, type Console, type TestUser } from './console.js';
import { nextTotp, totpOf } from './totp-of.js';

export const mfaPath = '/app/auth/mfa';
export const totpPath = `${mfaPath}/totp`;
export const webauthnPath = `${mfaPath}/webauthn`;
export const recoveryPath = `${mfaPath}/recovery`;

const stepMilliseconds = 30_000;

/** Somebody whose second factor nobody has, with the secret at hand. */
export async function aTotpUser(): Promise<TestUser & { totpSecret: string }> {
  const user = await aUser();
  return { ...user, totpSecret: totpSecretOf(user) };
}

export function totpSecretOf({ totpSecret }: TestUser): string {
  if (totpSecret === null) throw new Error('the user has no authenticator');
  return totpSecret;
}

/** The code of so many steps from now. */
export function totpAt(secret: string, steps: number): string {
  return totpOf(secret, new Date(Date.now() + steps * stepMilliseconds));
}

/** A code that is none of those around now. */
export function wrongTotp(secret: string): string {
  const near = [-2, -1, 0, 1, 2].map((steps) => totpAt(secret, steps));
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !near.includes(code));
  return wrong ?? '666666';
}

/** @returns the secret. */
export async function enrollTotp(console: Console): Promise<string> {
  return totpEnrolmentData.parse((await console.post(`${totpPath}/enroll`)).data).secret;
}

export async function confirmTotp(console: Console, secret: string): Promise<Answer> {
  return console.post(`${totpPath}/confirm`, { code: await nextTotp(secret) });
}

export async function secondFactorsOf(console: Console): Promise<SecondFactorsData> {
  return secondFactorsData.parse((await console.get(mfaPath)).data);
}

/** Fresh recovery codes, which a session with a recent proof gets. */
export async function recoveryCodesOf(console: Console): Promise<string[]> {
  return (await console.post(`${recoveryPath}/regenerate`)).data['recoveryCodes'] as string[];
}

/** Asked of a route behind the step-up guard. The recovery codes are others afterwards. */
export async function hasRecentMfa(console: Console): Promise<boolean> {
  const { status } = await console.post(`${recoveryPath}/regenerate`);
  if (status !== 200 && status !== 401) throw new Error(`the step-up guard answered ${status}`);
  return status === 200;
}

/** Rows of the tables that belong to persons. */
export async function rowsOf(statement: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  const { rows } = await arrange('', (client) => client.query<Record<string, unknown>>(statement, values));
  return rows;
}
