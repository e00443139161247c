export const authTexts = {
  title: 'Sign in',
  stepUp: { title: 'Confirm that it is you', code: 'Code from your authenticator app', confirm: 'Confirm' },
  signInAgain: { title: 'Your session has ended', submit: 'Sign in' },
} as const;
