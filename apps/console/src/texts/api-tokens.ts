export const apiTokenTexts = {
  title: 'API tokens',
} as const;
