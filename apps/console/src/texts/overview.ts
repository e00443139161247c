import { commonTexts } from './common.js';

const { number } = commonTexts;

export const overviewTexts = {
  title: 'Overview',
  description: (workspace: string, plan: string) => `${workspace}, on the ${plan} plan.`,
  checklist: {
    title: 'Get to your first call',
    done: (count: number, total: number) => `${count} of ${total} done`,
    isDone: 'done',
    isOpen: 'to do',
    secure: {
      title: 'Secure your account',
      text: 'Add a passkey or an authenticator app. Tokens are issued behind a second factor that was proven within five minutes.',
      action: 'Add a second factor',
    },
    token: {
      title: 'Create a token',
      text: 'One for each integration, with the scopes that it needs.',
      action: 'Generate token',
      noTokens: (plan: string) => `The ${plan} plan has no API tokens.`,
      offer: 'See what other plans offer',
    },
    call: {
      title: 'Make the first call',
      text: 'Put your token in the place of the dots and paste this into a terminal. It turns green here when the call arrives.',
      copy: 'Copy the command',
      waiting: 'Waiting for the first call …',
      arrived: 'The first call arrived',
    },
  },
  use: {
    title: 'Use',
    tokens: 'Active API tokens',
    contacts: 'Contacts',
    members: 'Members',
    of: (used: number, limit: number | null) => (limit === null ? number(used) : `${number(used)} of ${number(limit)}`),
  },
  api: {
    title: 'API',
    base: 'Base URL',
    copyBase: 'Copy the base URL',
    perToken: 'Requests a minute, each token',
    perWorkspace: 'Requests a minute, workspace',
    guide: 'Guide for integrators',
    reference: 'Try it in the browser',
  },
} as const;
