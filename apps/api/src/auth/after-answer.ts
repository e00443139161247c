import { setTimeout as sleep } from 'node:timers/promises';
import { Semaphore } from '@calkeep/security';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** By then the answer is on its way, so that nothing of the work can be read from how long it took. */
const delayMs = 20;
/** A flood of sign-ins must not have the database to itself. */
const runningMax = 2;
const waitingMax = 1_000;

/**
 * Work that a request leaves behind and no answer waits for, because whether there is any would tell whether an
 * e-mail address is known. A process that is stopped does it first.
 */
@Injectable()
export class AfterAnswer implements OnApplicationShutdown {
  readonly #logger = new Logger(AfterAnswer.name);
  readonly #semaphore = new Semaphore(runningMax, waitingMax);
  readonly #running = new Set<Promise<void>>();

  /** @param what for the log, should it fail. */
  run(what: string, work: () => Promise<void>): void {
    const running = this.#attempt(what, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await sleep(delayMs);
      await this.#semaphore.run(work);
    } catch (error) {
      this.#logger.error(`${what} was not done: ${String(error)}`);
    }
  }
}
