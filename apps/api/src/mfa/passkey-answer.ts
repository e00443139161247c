import { z } from 'zod';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** What both ceremonies' answers have. Fields of the browser that nothing here looks at are dropped. */
const anyAnswer = {
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};

/** WebAuthn Level 3, section 5.1.8: RegistrationResponseJSON. */
export const registrationAnswer = z.object({
  ...anyAnswer,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(10).default([]),
  }),
});

/** WebAuthn Level 3, section 5.1.8: AuthenticationResponseJSON. */
export const authenticationAnswer = z.object({
  ...anyAnswer,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: z
      .string()
      .nullish()
      .transform((handle) => handle ?? ''),
  }),
});
export type AuthenticationAnswer = z.output<typeof authenticationAnswer>;
