export const auditLogTexts = {
  title: 'Audit log',
} as const;
