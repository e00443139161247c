import { roles, type Role } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { permits, takesLastOwner } from './member-rules.js';

const standings = [...roles, null];
const changes = standings.flatMap((from) => standings.map((to) => ({ from, to })));

describe('who may change what somebody else is', () => {
  it('is nobody but owners and admins', () => {
    for (const role of ['member', 'auditor'] as const)
      for (const change of changes) expect(permits(role, { ...change, isOwn: false })).toBe(false);
  });

  it('is an owner, whatever the change', () => {
    for (const change of changes) expect(permits('owner', { ...change, isOwn: false })).toBe(true);
  });

  it('is an admin where neither what they were nor what they become is an owner', () => {
    for (const { from, to } of changes)
      expect(permits('admin', { from, to, isOwn: false })).toBe(from !== 'owner' && to !== 'owner');
  });
});

describe('what somebody is may be changed by themself', () => {
  it('to nothing, whoever they are', () => {
    for (const role of roles) expect(permits(role, { from: role, to: null, isOwn: true })).toBe(true);
  });

  it('to less, and never to more', () => {
    const mayBecome = (role: Role) => roles.filter((to) => permits(role, { from: role, to, isOwn: true }));
    expect(roles.map(mayBecome)).toEqual([
      ['owner', 'admin', 'member', 'auditor'],
      ['admin', 'member', 'auditor'],
      [],
      [],
    ]);
  });
});

it('the last owner stays one, whoever else there is', () => {
  for (const { from, to } of changes) {
    const isLoss = from === 'owner' && to !== 'owner';
    expect(takesLastOwner({ from, to, isOwn: false }, 1)).toBe(isLoss);
    expect(takesLastOwner({ from, to, isOwn: false }, 2)).toBe(false);
  }
});
