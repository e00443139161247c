import type { PlanCode, Role } from '@calkeep/contract';

const number = new Intl.NumberFormat('en');

export const commonTexts = {
  copy: 'Copy',
  copied: 'Copied',
  cancel: 'Cancel',
  save: 'Save',
  close: 'Close',
  showPassword: 'Show the password',
  remove: 'Remove',
  saved: 'Saved.',
  never: 'Never',
  none: 'None',
  operator: 'The operator',
  notAllowed: {
    title: 'Not for your role',
    text: 'An owner or an admin of the workspace can see this page. Ask one of them if you need something from it.',
  },
  number: (value: number) => number.format(value),
  total: (count: number) => (count === 1 ? '1 entry' : `${number.format(count)} entries`),
  page: (page: number) => `Page ${page}`,
  pages: { first: 'First page', last: 'Last page', next: 'Next page', previous: 'Previous page' },
} as const;

export const errorTexts = {
  title: 'That did not work',
  retry: 'Try again',
  requestId: 'Quote this request to support:',
  unexpected: 'Something went wrong in this page. Reload it and try again.',
  /** By the code that the server gives. */
  fields: {
    too_short: 'Use at least 12 characters.',
    too_long: 'Use at most 128 characters.',
    common: 'This password is among the first that anybody would guess. Choose another one.',
  },
  rateLimited: (seconds: number) =>
    `Too many attempts. Try again in ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
} as const;

export const planTexts = {
  free: 'Free',
  pro: 'Pro',
  business: 'Business',
  enterprise: 'Enterprise',
} as const satisfies Record<PlanCode, string>;

export const roleTexts = {
  owner: 'Owner',
  admin: 'Admin',
  member: 'Member',
  auditor: 'Auditor',
} as const satisfies Record<Role, string>;
