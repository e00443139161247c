/**
 * Invariants: an unknown user costs as much as a wrong password; no flood of sign-ins takes more than a fixed share of
 * the machine's memory and threads.
 */
import { argon2id, hash, needsRehash, verify } from 'argon2';
import { Semaphore } from './semaphore.js';

export interface PasswordHasherOptions {
  readonly memoryKibibytes: number;
  readonly passes: number;
  readonly lanes: number;
  /** Hashes computed at once, each with its own memory and thread. */
  readonly concurrencyMax: number;
  /** Calls waiting for their turn before further ones are refused. */
  readonly waitingMax: number;
}

/** Cost: the minimum of the OWASP Password Storage Cheat Sheet. Waiting: some 3 seconds' worth at 25 ms a hash. */
export const passwordHasherDefaults: PasswordHasherOptions = {
  memoryKibibytes: 19_456,
  passes: 2,
  lanes: 1,
  concurrencyMax: 2,
  waitingMax: 256,
};

const saltBytes = 16;
const hashBytes = 32;

/** Argon2id (RFC 9106) for passwords and recovery codes. Hashing and verifying throw OverloadedError when too much waits. */
export class PasswordHasher {
  private readonly cost: { memoryCost: number; timeCost: number; parallelism: number };
  private readonly semaphore: Semaphore;
  /** Stands in for the hash of a user who does not exist: current cost, and a digest that no password is known to have. */
  private readonly dummyHash: string;

  constructor(options: Partial<PasswordHasherOptions> = {}) {
    const { memoryKibibytes, passes, lanes, concurrencyMax, waitingMax } = { ...passwordHasherDefaults, ...options };
    this.cost = { memoryCost: memoryKibibytes, timeCost: passes, parallelism: lanes };
    this.semaphore = new Semaphore(concurrencyMax, waitingMax);
    this.dummyHash = `$argon2id$v=19$m=${memoryKibibytes},t=${passes},p=${lanes}$${zeros(saltBytes)}$${zeros(hashBytes)}`;
  }

  /** A PHC string with its own random salt and its parameters. */
  hash(password: string): Promise<string> {
    return this.semaphore.run(() =>
      hash(normalised(password), { ...this.cost, type: argon2id, hashLength: hashBytes }),
    );
  }

  /**
   * Whether the password belongs to the hash; for `null` (no such user) `false`, after the same work.
   * @throws TypeError if the stored hash is not a PHC string
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const matches = await this.semaphore.run(() => verify(stored ?? this.dummyHash, normalised(password)));
    return matches && stored !== null;
  }

  /** Whether the hash was made with other parameters than today's, and should be renewed at the next successful sign-in. */
  needsRehash(stored: string): boolean {
    return !stored.startsWith('$argon2id$') || needsRehash(stored, this.cost);
  }
}

/** One password has one form, whatever keyboard composed it (NIST SP 800-63B-4, section 3.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}

function zeros(bytes: number): string {
  return Buffer.alloc(bytes).toString('base64').replaceAll('=', '');
}
