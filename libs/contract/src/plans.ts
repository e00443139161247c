export const planCodes = ['free', 'pro', 'business', 'enterprise'] as const;
export type PlanCode = (typeof planCodes)[number];
