import { ConfigError, type Config } from '@calkeep/platform';
import { KeyringError, PepperKeyring } from '@calkeep/security';

/** @throws ConfigError that names the setting, so that a start that fails says what to mend. */
export function tokenPeppers(config: Config): PepperKeyring {
  try {
    return PepperKeyring.parse(config.TOKEN_PEPPERS);
  } catch (cause) {
    if (!(cause instanceof KeyringError)) throw cause;
    throw new ConfigError(`TOKEN_PEPPERS cannot be used: ${cause.message}`, { cause });
  }
}
