import { secretScanningBody, type SecretScanningBody } from '@calkeep/contract';
import { AppError } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LeakedTokens } from '../api-tokens/leaked-tokens.js';
import { Attempts } from '../attempts/attempts.js';
import { systemAt } from '../audit-log/actor.js';
import { addressBlock } from '../http/caller-address.js';
import type { Caller } from '../http/credential-resolver.js';
import type { Quota } from '../http/principal.js';
import { parseStrictValue } from '../http/strict-json.js';
import { GITHUB_KEYS, GithubKeys } from './github-keys.js';

const reportQuota: Quota = { requests: 60, windowSeconds: 900 };
const urlLengthMax = 500;
const wordLengthMax = 100;

/** A message with who says to have signed it. */
export interface SignedMessage {
  /** As it came. */
  readonly body: unknown;
  readonly keyId: unknown;
  readonly signature: unknown;
}

/** Reports of leaked tokens, by whoever found them. */
@Injectable()
export class LeaksService {
  constructor(
    private readonly leaked: LeakedTokens,
    private readonly attempts: Attempts,
    @Inject(GITHUB_KEYS) private readonly githubKeys: GithubKeys | null,
  ) {}

  /** Says the same of every report, so it is no place to try tokens out. @throws AppError `rate_limited` */
  async report(tokens: readonly string[], caller: Caller): Promise<{ received: number }> {
    const subject = addressBlock(caller.address);
    await this.attempts.take([{ name: 'leak-report:address', subject, quota: reportQuota }]);
    const leaks = tokens.map((secret) => ({ secret, circumstances: {} }));
    await this.leaked.revoke(leaks, { actor: systemAt('leak report', caller), reason: 'reported as leaked' });
    return { received: tokens.length };
  }

  /**
   * GitHub's alert of secrets that were pushed to it (docs.github.com, "Secret scanning partner program").
   * @throws AppError `not_found` where GitHub's keys are not configured; `invalid_request` for what GitHub did not sign.
   */
  async reportByGithub(message: SignedMessage, caller: Caller): Promise<{ received: number; revoked: number }> {
    const matches = this.#read(message);
    const leaks = matches.map(({ token, source, url }) => ({
      secret: token,
      circumstances: { source: source.slice(0, wordLengthMax), url: url.slice(0, urlLengthMax) },
    }));
    const actor = systemAt('GitHub secret scanning', caller);
    const revoked = await this.leaked.revoke(leaks, { actor, reason: 'reported as leaked by GitHub' });
    return { received: matches.length, revoked };
  }

  /** The signature first: nothing of what somebody else sent is looked at. */
  #read({ body, keyId, signature }: SignedMessage): SecretScanningBody {
    if (!this.githubKeys) throw new AppError('not_found');
    const isSigned =
      Buffer.isBuffer(body) &&
      typeof keyId === 'string' &&
      typeof signature === 'string' &&
      this.githubKeys.hasSigned(body, { keyId, signature });
    if (!isSigned) throw new AppError('invalid_request', { message: 'The message does not carry GitHub’s signature.' });
    const matches = secretScanningBody.safeParse(parseStrictValue(body));
    if (!matches.success) throw new AppError('invalid_request', { message: 'The message is not a list of matches.' });
    return matches.data;
  }
}
