/** A second factor of a person: the TOTP secret, or one of the passkeys by its bare UUID. */
export type Factor =
  | { readonly method: 'totp'; readonly credentialId: null }
  | { readonly method: 'webauthn'; readonly credentialId: string };

export const totpFactor: Factor = { method: 'totp', credentialId: null };

export function passkeyFactor(id: string): Factor {
  return { method: 'webauthn', credentialId: id };
}
