import { z } from 'zod';
import { instant, publicId } from '../common.js';

export const recoveryCodesCount = 10;
/** How many passkeys a person may have. */
export const passkeysMax = 20;

/** A code as people type it, with spaces where they like. What is no code at all is a wrong one, not a bad request. */
export const codeBody = z.strictObject({
  code: z
    .string()
    .max(64)
    .transform((text) => text.replace(/\s/g, ''))
    .pipe(z.string().min(1)),
});
export type CodeBody = z.output<typeof codeBody>;

/** On one line: a person tells passkeys apart by it. */
const passkeyLabel = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, { error: 'must not hold control characters' });

/** What the browser gave, looked at only after the challenge that it answers has been spent. */
const browserAnswer = z.looseObject({});

export const passkeyRegistrationBody = z.strictObject({
  response: browserAnswer,
  label: passkeyLabel.default('Passkey'),
});
export type PasskeyRegistrationBody = z.output<typeof passkeyRegistrationBody>;

/** The contract gives both verify routes the same body. A label says nothing here. */
export const passkeyAnswerBody = z.strictObject({ response: browserAnswer, label: passkeyLabel.optional() });
export type PasskeyAnswerBody = z.output<typeof passkeyAnswerBody>;

export const passkeyPatchBody = z.strictObject({ label: passkeyLabel });
export type PasskeyPatchBody = z.output<typeof passkeyPatchBody>;

/** The body of a route that asks for nothing: none, or an empty object. */
export const emptyBody = z.strictObject({}).nullish();
export type EmptyBody = z.output<typeof emptyBody>;

/** A proof of a second factor in this session. */
const proof = { verifiedAt: instant, validUntil: instant.describe('Until then the proof counts as recent.') };

const recoveryCodes = z.array(z.string()).length(recoveryCodesCount).describe('Told this once.');

const passkey = z.strictObject({
  id: publicId('passkey'),
  label: z.string(),
  isBackedUp: z.boolean().describe('It is kept by a service that syncs it, and so outlives the device.'),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
export type Passkey = z.output<typeof passkey>;

export const secondFactorsData = z.strictObject({
  totp: z.strictObject({ enrolledAt: instant }).nullable(),
  passkeys: z.array(passkey),
  recoveryCodes: z.strictObject({ remaining: z.int().min(0) }),
});
export type SecondFactorsData = z.output<typeof secondFactorsData>;

export const totpEnrolmentData = z.strictObject({
  secret: z.string().describe('Base32, for typing in.'),
  otpauthUrl: z.string(),
  qrSvg: z.string().describe('The URL as a QR code: an SVG document.'),
});
export type TotpEnrolmentData = z.output<typeof totpEnrolmentData>;

export const proofData = z.strictObject(proof);
export type ProofData = z.output<typeof proofData>;

export const totpConfirmationData = z.strictObject({
  ...proof,
  recoveryCodes: recoveryCodes.optional().describe('Left out for a person who has unused ones.'),
});
export type TotpConfirmationData = z.output<typeof totpConfirmationData>;

/** For `navigator.credentials`: WebAuthn Level 3, section 5.1.9 and 5.1.10. */
export const passkeyOptionsData = z.strictObject({ options: z.looseObject({ challenge: z.string() }) });

export const passkeyRegistrationData = z.strictObject({
  ...proof,
  passkey,
  recoveryCodes: recoveryCodes.optional().describe('Left out for a person who has unused ones.'),
});
export type PasskeyRegistrationData = z.output<typeof passkeyRegistrationData>;

export const passkeyData = z.strictObject({ passkey });
export type PasskeyData = z.output<typeof passkeyData>;

export const recoveryData = z.strictObject({ recoveryCodes: z.strictObject({ remaining: z.int().min(0) }) });
export type RecoveryData = z.output<typeof recoveryData>;

export const recoveryCodesData = z.strictObject({ recoveryCodes });
export type RecoveryCodesData = z.output<typeof recoveryCodesData>;
