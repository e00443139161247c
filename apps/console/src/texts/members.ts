export const memberTexts = {
  title: 'Members',
} as const;
