import { tokenIpAllowlistMax, type Scope } from '@calkeep/contract';
import { useForm } from '@mantine/form';
import { allowlistOf, badAllowlistEntry } from '../../../components/ip-allowlist-input.js';
import { texts } from '../../../texts/index.js';
import { defaultPreset, expiryFields, isPastOrNone, isTooLate, type ExpiryChoice } from './token-expiry.js';

const { errors } = texts.apiTokens.generateToken;

export interface TokenFormValues {
  label: string;
  mode: 'live' | 'test';
  scopes: Scope[];
  expiry: ExpiryChoice;
  ipAllowlist: string;
}

/** @param daysMax the longest life that the workspace allows; `null` for any. */
export function useTokenForm(daysMax: number | null) {
  return useForm<TokenFormValues>({
    initialValues: {
      label: '',
      mode: 'live',
      scopes: [],
      expiry: { preset: defaultPreset(daysMax), day: '' },
      ipAllowlist: '',
    },
    validate: {
      label: (label) => (label.trim() === '' ? errors.label : null),
      scopes: (scopes) => (scopes.length === 0 ? errors.scopes : null),
      expiry: (expiry) => expiryError(expiry, daysMax),
      ipAllowlist: allowlistError,
    },
  });
}
export type TokenForm = ReturnType<typeof useTokenForm>;

export function bodyOf({ label, mode, scopes, expiry, ipAllowlist }: TokenFormValues) {
  return { label: label.trim(), mode, scopes, ipAllowlist: allowlistOf(ipAllowlist), ...expiryFields(expiry) };
}

export function allowlistError(text: string): string | null {
  const bad = badAllowlistEntry(text);
  if (bad !== null) return errors.address(bad);
  return allowlistOf(text).length > tokenIpAllowlistMax ? errors.tooManyAddresses(tokenIpAllowlistMax) : null;
}

/** The server names the field of the request; here the two of the expiry are one. */
export function fieldErrorsOf(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, message]) => [
      name === 'expiresAt' || name === 'expiresInDays' ? 'expiry' : name,
      message.charAt(0).toUpperCase() + message.slice(1),
    ]),
  );
}

function expiryError({ preset, day }: ExpiryChoice, daysMax: number | null): string | null {
  if (preset !== 'custom') return null;
  if (isPastOrNone(day)) return errors.customDay;
  return daysMax !== null && isTooLate(day, daysMax) ? errors.customDayLate(daysMax) : null;
}
