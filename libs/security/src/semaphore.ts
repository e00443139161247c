/** As many tasks wait as may; the caller should answer that the server is busy, not that it is broken. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** Lets at most `runningMax` tasks run at once and at most `waitingMax` wait, first come first served. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly runningMax: number,
    private readonly waitingMax: number,
  ) {}

  /** @throws OverloadedError at once when the waiting room is full; otherwise whatever the task throws */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.runningMax) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= this.waitingMax) throw new OverloadedError('too many tasks are waiting');
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place straight to the next in line, so that a newcomer cannot slip in between. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
