import { totpCode } from '@calkeep/security';

const stepMilliseconds = 30_000;

/** The latest time step that nextTotp gave out, by secret. */
const latestSteps = new Map<string, number>();

/** The code that an authenticator shows for this base32 secret. */
export function totpOf(secret: string, at = new Date()): string {
  return totpCode(secret, at);
}

/**
 * A code that the server takes now and that this process has not had from here yet, each of a later time step than the
 * one before: that of the current step, then that of the next one, which the allowed drift lets in early. From the third
 * within 30 seconds on it waits for the clock, up to 30 seconds a code.
 */
export async function nextTotp(secret: string): Promise<string> {
  const step = Math.max(currentStep(), (latestSteps.get(secret) ?? 0) + 1);
  latestSteps.set(secret, step);
  while (currentStep() < step - 1) await untilNextStep();
  return totpOf(secret, new Date(step * stepMilliseconds));
}

function currentStep(): number {
  return Math.floor(Date.now() / stepMilliseconds);
}

function untilNextStep(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, stepMilliseconds - (Date.now() % stepMilliseconds)));
}
