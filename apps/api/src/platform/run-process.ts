import { ConfigError, loadConfig, type Config } from '@calkeep/platform';
import { pino, type Logger } from 'pino';

/**
 * Lines are written together, by the time that they fill a block or are this old: a system call for each of them was a
 * fourteenth of the server's time. What a process logs before it ends is written when it ends.
 */
const logBlock = { minLength: 8_192, periodicFlush: 20 };

export interface ProcessOptions {
  /** Many lines a second, of which a killed process may lose the last. Without it each is written as it comes. */
  readonly hasBusyLog?: true;
}

/** Starts a process of the server: configuration and log first, and a start that fails says why and ends. */
export async function runProcess(
  start: (config: Config, logger: Logger) => Promise<void>,
  { hasBusyLog }: ProcessOptions = {},
): Promise<void> {
  try {
    const config = loadConfig(process.env);
    await start(
      config,
      pino({ level: config.LOG_LEVEL }, pino.destination(hasBusyLog ? { sync: false, ...logBlock } : {})),
    );
  } catch (error) {
    // A configuration that is wrong is the operator's to mend: the message says how, a stack would hide it.
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
}
