/** What a mail is sealed for: it opens in its workspace, and as nothing else. @param workspaceId bare UUID. */
export const mailSealContext = (workspaceId: string) => `outbox:mail:${workspaceId}`;
