/** A person's name for passkeys: the bytes of the UUID, which say nothing of the person (WebAuthn Level 3, section 14.6.1). */
export function userHandleOf(userId: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(userId.replaceAll('-', ''), 'hex'));
}
