import type { Answer } from './client.js';

export interface Sample {
  /** 0 when there was no answer at all. */
  status: number;
  answer: Answer | null;
  /** Why there was no answer. */
  error: unknown;
  /** performance.now() of the test's process. */
  startedAt: number;
  endedAt: number;
}

export interface Load {
  readonly samples: readonly Sample[];
  /** Resolves once this many requests more were answered. */
  more(count: number): Promise<void>;
  /** Lets the requests in flight end. */
  stop(): Promise<readonly Sample[]>;
}

/** So many clients, each sending its next request when the one before was answered. Stops by itself after a minute. */
export function startLoad(clients: number, send: (client: number) => Promise<Answer>): Load {
  const samples: Sample[] = [];
  const giveUpAt = performance.now() + 60_000;
  let isStopping = false;
  const runClient = async (client: number) => {
    while (!isStopping && performance.now() < giveUpAt) {
      const sample = await take(() => send(client));
      samples.push(sample);
      // A server that refuses at once must not be asked ten thousand times a second.
      if (sample.status !== 200) await pause(5);
    }
  };
  const running = Promise.all(Array.from({ length: clients }, (_, client) => runClient(client)));
  return {
    samples,
    async more(count) {
      const until = samples.length + count;
      while (samples.length < until && performance.now() < giveUpAt) await pause(5);
    },
    async stop() {
      isStopping = true;
      await running;
      return samples;
    },
  };
}

/** One request as a sample. */
export async function take(send: () => Promise<Answer>): Promise<Sample> {
  const startedAt = performance.now();
  try {
    const answer = await send();
    return { status: answer.status, answer, error: null, startedAt, endedAt: performance.now() };
  } catch (error) {
    return { status: 0, answer: null, error, startedAt, endedAt: performance.now() };
  }
}

/** How many samples, or answers, had each status. */
export function statuses(samples: readonly { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of samples) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Asks every few milliseconds until it is so. @throws Error when it is not within `timeoutMs`. @returns how long it took. */
export async function until(isSo: () => Promise<boolean>, timeoutMs: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    if (await isSo()) return performance.now() - startedAt;
    if (performance.now() - startedAt > timeoutMs) throw new Error(`not so after ${timeoutMs} ms`);
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
