import { commonTexts } from './common.js';

const { number } = commonTexts;

export const settingsTexts = {
  title: 'Settings',
  description: 'What holds for this workspace and all of its tokens.',
  readOnly: 'An owner or an admin can change these.',
  general: {
    title: 'General',
    name: 'Name',
    timezone: 'Time zone',
    id: 'Id',
    copyId: 'Copy the id',
    saved: 'The settings were saved.',
  },
  tokens: {
    title: 'Token rules',
    text: 'They hold for every token, those that exist already included, except for the longest lifetime, which holds for new ones.',
    lifetime: 'Longest lifetime in days',
    lifetimeHint: 'Empty: tokens may live for as long as their issuer likes.',
    isMfaRequired: 'Every member needs a second factor',
    isMfaRequiredHint: 'Who has none is kept out of this workspace until they have set one up.',
    allowlist: 'Allowed addresses',
    allowlistHint: 'One address or CIDR range a line. Tokens are refused from everywhere else. Empty: from everywhere.',
    allowlistWarning: 'Calls from any other address are refused as soon as you save.',
    badEntry: (entry: string) => `“${entry}” is neither an address nor a range.`,
    badLifetime: (max: number) => `A whole number of days from 1 to ${number(max)}, or nothing.`,
  },
  plan: {
    title: 'Plan',
    text: 'The plan is changed by whoever runs this server.',
    current: 'Plan',
    perToken: 'Requests a minute, each token',
    perWorkspace: 'Requests a minute, workspace',
    customFields: 'Custom fields a contact',
    retention: 'Audit log readable for',
    days: (days: number) => `${number(days)} days`,
    noTokens: 'No API tokens',
  },
  sandbox: {
    title: 'Sandbox',
    text: 'What sandbox tokens (ck_test_…) see: made-up contacts, bookings, tasks and reminders, apart from your live data.',
    reset: 'Reset the sandbox',
    confirm: 'Reset the sandbox?',
    confirmText: 'Everything in it is removed, and sample data put there. Live data is not touched.',
    done: (removed: number, created: number) =>
      `The sandbox was reset: ${number(removed)} rows removed, ${number(created)} created.`,
  },
} as const;
