/** In days, or what is no number of days. */
export const expiryPresets = ['7', '30', '90', '365', 'never', 'custom'] as const;
export type ExpiryPreset = (typeof expiryPresets)[number];

const dayMs = 86_400_000;
const dayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

export interface ExpiryChoice {
  readonly preset: ExpiryPreset;
  /** Of a date input: `2026-03-01`, or empty. */
  readonly day: string;
}

/** @param daysMax what the workspace allows; `null` for anything. */
export function isAllowed(preset: ExpiryPreset, daysMax: number | null): boolean {
  if (daysMax === null || preset === 'custom') return true;
  return preset !== 'never' && Number(preset) <= daysMax;
}

/** Ninety days, or the longest below that the workspace allows. */
export function defaultPreset(daysMax: number | null): ExpiryPreset {
  return (['90', '30', '7'] as const).find((preset) => isAllowed(preset, daysMax)) ?? 'custom';
}

/** Fields of the request. A day counts to its end, where the person is. */
export function expiryFields({ preset, day }: ExpiryChoice): { expiresInDays?: number; expiresAt?: string } {
  if (preset === 'never') return {};
  if (preset === 'custom') return { expiresAt: endOf(day).toISOString() };
  return { expiresInDays: Number(preset) };
}

/** `null` for never, and for a day that is none. */
export function expiryInstant({ preset, day }: ExpiryChoice, now = Date.now()): Date | null {
  if (preset === 'never') return null;
  if (preset !== 'custom') return new Date(now + Number(preset) * dayMs);
  return day === '' ? null : endOf(day);
}

export function isPastOrNone(day: string, now = Date.now()): boolean {
  return day === '' || !(endOf(day).getTime() > now);
}

export function isTooLate(day: string, daysMax: number | null, now = Date.now()): boolean {
  return daysMax !== null && endOf(day).getTime() > now + daysMax * dayMs;
}

export function inWords(date: Date): string {
  return dayFormat.format(date);
}

function endOf(day: string): Date {
  return new Date(`${day}T23:59:59`);
}
