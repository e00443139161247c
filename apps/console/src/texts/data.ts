export const dataTexts = {
  title: 'Data',
} as const;
