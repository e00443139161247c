import { isConflict } from './database-failure.js';

const retriesMax = 3;
/** Of the first retry; each later one may wait twice as long. */
const retryDelayMsMax = 25;

/**
 * Runs `work` again, from its beginning and in a new transaction, when PostgreSQL undid it because of
 * another transaction. So `work` must do nothing outside of the transaction that may not be done twice.
 */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await work();
    } catch (error) {
      if (retry === retriesMax || !isConflict(error)) throw error;
      // By chance, so that those who met do not meet again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * retryDelayMsMax * 2 ** retry));
    }
  }
}
