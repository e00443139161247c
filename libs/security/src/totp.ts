/**
 * Invariant: with the last accepted time step handed in, no code passes twice, and none older than the last one.
 * Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, steps of 30 seconds, which is what every authenticator knows.
 */
import { generateSecret, generateSync, generateURI, verifySync } from 'otplib';

export const totpPeriodSeconds = 30;
const codePattern = /^[0-9]{6}$/;

export interface TotpVerification {
  readonly at: Date;
  /** The last time step that was accepted for this secret; only later ones pass. */
  readonly afterTimeStep?: number | null;
  /** How many steps the other clock may be off, either way. */
  readonly driftSteps?: number;
}

/** 160 random bits (RFC 4226 section 4) as 32 characters of base32 without padding. */
export function generateTotpSecret(): string {
  return generateSecret({ length: 20 });
}

export function totpCode(secret: string, at: Date): string {
  return generateSync({ secret, epoch: epochSeconds(at), period: totpPeriodSeconds });
}

/** The time step that the code belongs to, for the caller to remember; `null` if it is wrong, used, too old or no code at all. */
export function verifyTotp(
  secret: string,
  code: string,
  { at, afterTimeStep, driftSteps = 1 }: TotpVerification,
): { timeStep: number } | null {
  const epoch = epochSeconds(at);
  const latestStep = Math.floor(epoch / totpPeriodSeconds) + driftSteps;
  const isSpent = typeof afterTimeStep === 'number' && afterTimeStep >= latestStep;
  if (isSpent || !codePattern.test(code)) return null;
  const clock = { epoch, period: totpPeriodSeconds, epochTolerance: driftSteps * totpPeriodSeconds };
  const replay = typeof afterTimeStep === 'number' ? { afterTimeStep } : {};
  const result = verifySync({ secret, token: code, ...clock, ...replay });
  return result.valid && 'timeStep' in result ? { timeStep: result.timeStep } : null;
}

/** `otpauth://totp/…` for a QR code, in the form that authenticator apps read. */
export function totpAuthUrl({ secret, issuer, account }: { secret: string; issuer: string; account: string }): string {
  return generateURI({ secret, issuer, label: account, period: totpPeriodSeconds });
}

function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
