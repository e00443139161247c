import type { Clock } from '@calkeep/platform';
import { LRUCache } from 'lru-cache';
import { callersMax } from './admit-script.js';
import type { Asking } from './token-standing.js';

interface Sampled {
  windowEndsAt: number;
  readonly callers: Set<string>;
  uses: number;
}

const tokensMax = 10_000;

/** Which uses are recorded while Redis does not decide it: the rules of the script, within this process. */
export class LocalSampler {
  readonly #tokens = new LRUCache<string, Sampled>({ max: tokensMax });
  readonly #clock: Clock;
  readonly #windowMs: number;

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** Uses that this one is to be recorded for, itself included; 0 when it is not recorded. */
  usesToRecord(tokenId: string, { fingerprint, isSampled }: Asking): number {
    const sampled = this.#current(tokenId);
    const isNew = !sampled.callers.has(fingerprint);
    if (isNew && sampled.callers.size < callersMax) sampled.callers.add(fingerprint);
    sampled.uses++;
    if (!isNew && !isSampled) return 0;
    const { uses } = sampled;
    sampled.uses = 0;
    return uses;
  }

  #current(tokenId: string): Sampled {
    const now = this.#clock.now();
    const known = this.#tokens.get(tokenId);
    if (known && now < known.windowEndsAt) return known;
    // Uses that a window left unrecorded are told by the first of the next.
    const fresh = { windowEndsAt: now + this.#windowMs, callers: new Set<string>(), uses: known?.uses ?? 0 };
    this.#tokens.set(tokenId, fresh);
    return fresh;
  }
}
