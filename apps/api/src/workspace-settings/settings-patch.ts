import { isDeepStrictEqual } from 'node:util';
import type { WorkspaceSettings, WorkspaceSettingsBody } from '@calkeep/contract';
import type { AuditEntry } from '../audit-log/audit-trail.js';
import { normalizeRanges } from '../http/ip-ranges.js';

/** What administrators may change. */
export type ChangeableSettings = Pick<
  WorkspaceSettings,
  'name' | 'timezone' | 'ipAllowlist' | 'tokenLifetimeDaysMax' | 'isMfaRequired'
>;

const names = ['name', 'timezone', 'ipAllowlist', 'tokenLifetimeDaysMax', 'isMfaRequired'] as const;

/** Settings that the patch does not name stay. */
export function patched(settings: ChangeableSettings, patch: WorkspaceSettingsBody): ChangeableSettings {
  const { name, timezone, ipAllowlist, tokenLifetimeDaysMax, isMfaRequired } = patch;
  return {
    name: name ?? settings.name,
    timezone: timezone ?? settings.timezone,
    ipAllowlist: ipAllowlist ? normalizeRanges(ipAllowlist) : settings.ipAllowlist,
    tokenLifetimeDaysMax: tokenLifetimeDaysMax === undefined ? settings.tokenLifetimeDaysMax : tokenLifetimeDaysMax,
    isMfaRequired: isMfaRequired ?? settings.isMfaRequired,
  };
}

/** What the audit log tells of it; `null` when everything stays as it was. */
export function changesOf(before: ChangeableSettings, after: ChangeableSettings): AuditEntry['payload'] | null {
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  if (changed.length === 0) return null;
  const only = (settings: ChangeableSettings) => Object.fromEntries(changed.map((name) => [name, settings[name]]));
  return { before: only(before), after: only(after) };
}
