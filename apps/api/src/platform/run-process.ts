import { ConfigError, loadConfig, LogBlocks, type Config } from '@calkeep/platform';
import { pino, type Logger } from 'pino';

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
    await start(config, pino({ level: config.LOG_LEVEL }, hasBusyLog ? new LogBlocks() : pino.destination()));
  } catch (error) {
    // A configuration that is wrong is the operator's to mend: the message says how, a stack would hide it.
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
}
