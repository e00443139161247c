import { newUuid } from '@calkeep/contract';
import type { JobPayloads, JobQueue, TokenUse } from '@calkeep/queue';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UsageRecorder } from './usage-recorder.js';

const caller = { address: '198.51.100.1', userAgent: 'test', requestId: 'req_1', clientRequestId: null };
const address = { workspaceId: newUuid(), tokenId: newUuid() };
const waitingMax = 20_000;

/** A queue that keeps the first job of an id, as BullMQ does, and may be away or answer too late. */
class FakeQueue {
  readonly jobs = new Map<string, readonly TokenUse[]>();
  isAway = false;
  isLate = false;

  async add(_name: string, { batches }: JobPayloads['token-usage'], { id }: { id: string }): Promise<void> {
    if (this.isAway) throw new Error('away');
    if (!this.jobs.has(id)) this.jobs.set(id, structuredClone(batches.flatMap(({ uses }) => uses)));
    if (this.isLate) throw new Error('late');
  }

  /** Each use once, as the audit log keeps them. */
  get hits(): number {
    const uses = new Map([...this.jobs.values()].flat().map((use) => [use.id, use.hitsSinceLast]));
    return [...uses.values()].reduce((sum, hits) => sum + hits, 0);
  }
}

let queue: FakeQueue;
let recorder: UsageRecorder;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  queue = new FakeQueue();
  recorder = new UsageRecorder(queue as unknown as JobQueue, { now: () => Date.now() });
});
afterEach(async () => {
  queue.isAway = false;
  await recorder.onApplicationShutdown();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const flush = () => vi.advanceTimersByTimeAsync(1_000);

function record(times: number, tokenId = address.tokenId): void {
  for (let count = 0; count < times; count++) recorder.record({ ...address, tokenId }, caller, 1);
}

it('loses no use to a job that was left although the queue seemed to have refused it', async () => {
  queue.isLate = true;
  record(3);
  await flush();
  queue.isLate = false;
  record(4);
  await flush();
  expect(queue.hits).toBe(7);
});

it('holds a bounded number of uses while the queue is away, and tells of the others with the next use of their token', async () => {
  const another = newUuid();
  queue.isAway = true;
  record(waitingMax);
  record(500);
  record(70, another);
  await flush();
  queue.isAway = false;
  await flush();
  expect(queue.hits).toBe(waitingMax);

  record(1);
  record(1, another);
  await flush();
  expect(queue.hits).toBe(waitingMax + 572);
  const last = [...queue.jobs.values()].flat().slice(-2);
  expect(last.map(({ tokenId, hitsSinceLast }) => [tokenId, hitsSinceLast])).toEqual([
    [address.tokenId, 501],
    [another, 71],
  ]);
});

it('leaves many workspaces together, and never more in a job than it may carry', async () => {
  const others = Array.from({ length: 120 }, () => ({ workspaceId: newUuid(), tokenId: newUuid() }));
  for (const other of others) recorder.record(other, caller, 1);
  record(1_200);
  await flush();
  expect(queue.hits).toBe(1_320);
  const sizes = [...queue.jobs.values()].map((uses) => uses.length);
  expect(sizes).toEqual([50, 50, 20, 500, 500, 200]);
});

it('says once, and not for every use, that the queue is away, and asks it once a second', async () => {
  const said = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const asked = vi.spyOn(queue, 'add');
  queue.isAway = true;
  record(waitingMax + 1_000);
  await flush();
  await flush();
  expect(said).toHaveBeenCalledTimes(1);
  expect(asked).toHaveBeenCalledTimes(2);
});

it('takes a use as fast when twenty thousand wait as when none does', () => {
  // Work, and not time, which a busy machine gives to others.
  const costOf = (work: () => void) => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const first = costOf(() => record(2_000));
  record(waitingMax - 4_000);
  expect(costOf(() => record(2_000))).toBeLessThan(10 * Math.max(first, 10_000));
});
