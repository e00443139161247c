/** Which of a workspace's two sets of data: what live tokens see, or what test tokens see. */
export const dataModes = ['live', 'sandbox'] as const;
export type DataMode = (typeof dataModes)[number];
