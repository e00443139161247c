import { newUuid } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { LocalGate } from './local-gate.js';
import { deadToken, type Asking, type TokenStanding, type Verdict } from './token-standing.js';

const anyAddress: Asking = { isListed: () => true, fingerprint: 'caller', isSampled: false };

it('charges token and workspace for each request it admits, and for none that it refuses', async () => {
  const { gate, address } = aGate({ tokenRequests: 2, workspaceRequests: 5 });

  const verdicts = [];
  for (let count = 0; count < 4; count++) verdicts.push(await gate.decide(address, anyAddress));

  expect(verdicts.map(({ kind }) => kind)).toEqual(['admitted', 'admitted', 'limited', 'limited']);
  expect(verdicts.map(leftOf)).toEqual([
    [1, 4],
    [0, 3],
    [0, 3],
    [0, 3],
  ]);
});

it('says which limit refused and how long to wait, the longer of the two', async () => {
  const { gate, address, clock } = aGate({ tokenRequests: 6, workspaceRequests: 1 });
  await gate.decide(address, anyAddress);

  expect(await gate.decide(address, anyAddress)).toMatchObject({
    kind: 'limited',
    by: 'workspace',
    retryAfterSeconds: 60,
  });
  clock.time += 60_000;
  expect(await gate.decide(address, anyAddress)).toMatchObject({ kind: 'admitted', by: null });
});

it('counts the tokens of a workspace against one limit, and other workspaces against theirs', async () => {
  const { gate, address } = aGate({ tokenRequests: 10, workspaceRequests: 2 });
  const sibling = { ...address, tokenId: newUuid() };
  const stranger = { workspaceId: newUuid(), tokenId: newUuid() };

  await gate.decide(address, anyAddress);
  await gate.decide(sibling, anyAddress);

  expect(await gate.decide(address, anyAddress)).toMatchObject({ by: 'workspace' });
  expect(await gate.decide(stranger, anyAddress)).toMatchObject({ kind: 'admitted' });
});

it.each([
  ['a dead token', deadToken],
  ['a plan without tokens', standingOf({ gate: 'plan' })],
  ['an address that is not listed', standingOf({ gate: 'allowlist' })],
])('refuses %s without charging it', async (_what, standing) => {
  const { gate, address, become } = aGate({ tokenRequests: 1, workspaceRequests: 1 });
  become(standing);

  for (let count = 0; count < 3; count++)
    expect((await gate.decide(address, { ...anyAddress, isListed: () => false })).kind).toBe('refused');

  become(standingOf({ tokenRequests: 1, workspaceRequests: 1 }));
  expect((await gate.decide(address, { ...anyAddress, isListed: () => false })).kind).toBe('admitted');
});

it('asks for the standing at each request, so that what the database says counts at once', async () => {
  const { gate, address, become } = aGate({});
  expect((await gate.decide(address, anyAddress)).kind).toBe('admitted');
  become(deadToken);
  expect((await gate.decide(address, anyAddress)).kind).toBe('refused');
});

function standingOf({
  gate = 'open',
  tokenRequests = 100,
  workspaceRequests = 100,
}: {
  gate?: TokenStanding['gate'];
  tokenRequests?: number;
  workspaceRequests?: number;
}): TokenStanding {
  return {
    gate,
    allowlists: [],
    endsInMs: null,
    principal: {
      subject: { kind: 'token', id: newUuid(), lineageId: newUuid() },
      workspaceId: newUuid(),
      homeWorkspaceId: newUuid(),
      mode: 'live',
      plan: 'business',
      scopes: [],
      expiresAt: null,
      retirement: null,
      limits: {
        token: { requests: tokenRequests, windowSeconds: 60 },
        workspace: { requests: workspaceRequests, windowSeconds: 60 },
      },
    },
  };
}

function aGate(limits: { tokenRequests?: number; workspaceRequests?: number }) {
  const clock = { time: 1_795_413_706_342 };
  let standing = standingOf(limits);
  const gate = new LocalGate({
    readStanding: () => Promise.resolve(standing),
    clock: { now: () => clock.time },
    usageWindowMs: 60_000,
  });
  const become = (next: TokenStanding) => {
    standing = next;
  };
  return { gate, clock, become, address: { workspaceId: newUuid(), tokenId: newUuid() } };
}

function leftOf(verdict: Verdict): number[] {
  return verdict.kind === 'refused' ? [] : [verdict.tokenLeft.remaining, verdict.workspaceLeft.remaining];
}
