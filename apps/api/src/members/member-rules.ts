import { isAdministrator, type Role } from '@calkeep/contract';

/** A change of what a person is in a workspace. */
export interface RoleChange {
  /** `null`: not a member yet. */
  readonly from: Role | null;
  /** `null`: no member any more. */
  readonly to: Role | null;
  /** Whether it is who asks for it that is changed. */
  readonly isOwn: boolean;
}

/** Administrators look after members, owners alone after owners, and everybody may leave. */
export function permits(role: Role, { from, to, isOwn }: RoleChange): boolean {
  if (isOwn && to === null) return true;
  const isAboutOwner = from === 'owner' || to === 'owner';
  return isAboutOwner ? role === 'owner' : isAdministrator(role);
}

/** A workspace is never without an owner. */
export function takesLastOwner({ from, to }: RoleChange, ownerCount: number): boolean {
  return from === 'owner' && to !== 'owner' && ownerCount <= 1;
}
