export const settingsTexts = {
  title: 'Settings',
} as const;
