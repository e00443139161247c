import type { OrphanReason, TokenStatus } from '@calkeep/contract';
import { commonTexts } from './common.js';
import { tokenPageTexts } from './api-token-page.js';
import { generateTokenTexts } from './generate-token.js';

const { number } = commonTexts;

/** `suspended`: the workspace's plan has no API tokens any more. */
export type ShownStatus = TokenStatus | 'suspended';

export const apiTokenTexts = {
  title: 'API tokens',
  description: 'Credentials with which your integrations call the API in this workspace’s name.',
  generate: 'Generate token',
  active: (used: number, max: number) => `${number(used)} of ${number(max)} active tokens in use`,
  search: 'Search by label or prefix',
  status: 'Status',
  anyStatus: 'Any status',
  view: 'Show',
  views: { all: 'All', expiring: 'Expiring soon', orphans: 'Worth a look' },
  clear: 'Clear filters',
  columns: {
    token: 'Token',
    scopes: 'Scopes',
    status: 'Status',
    created: 'Created',
    expires: 'Expires',
    lastUsed: 'Last used',
    reasons: 'Why',
  },
  statuses: {
    active: 'Active',
    retiring: 'Retiring',
    disabled: 'Disabled',
    expired: 'Expired',
    retired: 'Retired',
    revoked: 'Revoked',
    suspended: 'Suspended',
  } satisfies Record<ShownStatus, string>,
  modes: { live: 'Live', test: 'Sandbox' },
  by: (name: string) => `by ${name}`,
  from: (address: string) => `from ${address}`,
  noExpiry: 'Never',
  notUsed: 'Never used',
  fullAccess: 'All scopes',
  moreScopes: (count: number) => `+${count}`,
  allScopesOf: (shortly: string, label: string, count: number) => `${shortly}: the ${count} scopes of ${label}`,
  attention: {
    title: 'Worth a look',
    expiring: (count: number, days: number) =>
      count === 1
        ? `1 token expires within ${days} days. Rotate it before what uses it stops.`
        : `${number(count)} tokens expire within ${days} days. Rotate them before what uses them stops.`,
    orphans: (count: number) =>
      count === 1
        ? '1 token may be without an owner or without a use.'
        : `${number(count)} tokens may be without an owner or without a use.`,
    show: { expiring: 'Show tokens that expire soon', orphans: 'Show tokens worth a look' },
  },
  reasons: {
    unused: 'Not used for 90 days',
    issuer_gone: 'Its issuer is no longer an admin here',
    predecessor_in_use: 'Rotated, and still in use',
  } satisfies Record<OrphanReason, string>,
  empty: {
    title: 'No tokens yet',
    text: 'A token lets one integration call the API with just the scopes that you give it. It takes a minute.',
    action: 'Generate your first token',
  },
  nothingFound: { title: 'No token matches', text: 'Try another word or another status.' },
  nothingToDo: { title: 'All in order', text: 'No token here needs a look.' },
  plan: {
    title: 'API tokens come with Business and Enterprise',
    text: (plan: string) =>
      `This workspace is on ${plan}. On these plans your own systems can read and write its data.`,
    upgradeTo: (plan: string) => `Upgrade to ${plan}`,
    rows: {
      tokenRequestsPerMinute: 'Requests a minute for each token',
      workspaceRequestsPerMinute: 'Requests a minute in all',
      activeTokensMax: 'Active tokens',
      contactsMax: 'Contacts',
      customFieldsMax: 'Custom fields',
      auditRetentionDays: 'Audit log kept',
    },
    days: (days: number) => (days % 365 === 0 ? years(days / 365) : `${number(days)} days`),
    unlimited: 'Unlimited',
    feature: 'What you get',
    howTitle: 'How to upgrade',
    how: 'Plans are changed by whoever operates this server. Send them the line below; it takes effect at once.',
    choose: 'Plan',
    copy: 'Copy the command',
    command: (workspace: string, plan: string) => `calkeep plan set ${workspace} ${plan}`,
    docs: 'Read what the API can do',
    suspendedTitle: 'Your tokens are suspended',
    suspended: (plan: string) =>
      `${plan} has no API tokens, so every call is refused. Nothing was deleted: they work again as soon as the workspace is upgraded.`,
  },
  generateToken: generateTokenTexts,
  token: tokenPageTexts,
} as const;

function years(count: number): string {
  return count === 1 ? '1 year' : `${count} years`;
}
