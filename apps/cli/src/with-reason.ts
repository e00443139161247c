import { CliError } from './cli-error.js';

/** Awaits `work`; what it throws becomes a CliError that says `what` failed and, in its own words, why. */
export async function withReason<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof CliError ? cause : new CliError(`${what}: ${reasonOf(cause)}`, { cause });
  }
}

/** The message of an error; of several at once (a host with several addresses), all of them. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ');
  return error instanceof Error ? error.message : String(error);
}
