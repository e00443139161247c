import { newUuid } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { newInvitationSecret, parseInvitationSecret } from './invitation-secret.js';

it('leads back to its workspace and to its hash', () => {
  for (let round = 0; round < 50; round++) {
    const { secret, workspaceId, secretHash } = newInvitationSecret(newUuid());
    expect(parseInvitationSecret(secret)).toEqual({ workspaceId, secretHash });
  }
});

it('fits into a link as it is, and is another one each time', () => {
  const workspaceId = newUuid();
  const secrets = Array.from({ length: 50 }, () => newInvitationSecret(workspaceId).secret);
  expect(new Set(secrets).size).toBe(50);
  for (const secret of secrets) expect(encodeURIComponent(secret)).toBe(secret);
});

it('is nothing that has another form', () => {
  const { secret } = newInvitationSecret(newUuid());
  for (const text of ['', '.', secret.slice(1), `${secret}A`, secret.replace('.', ''), `${secret}\n`, ` ${secret}`])
    expect(parseInvitationSecret(text)).toBeNull();
});
