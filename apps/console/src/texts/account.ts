export const accountTexts = {
  title: 'Account',
} as const;
