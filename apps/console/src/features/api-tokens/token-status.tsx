import type { ApiToken } from '@calkeep/contract';
import { Badge } from '@mantine/core';
import type { ShownStatus } from '../../texts/api-tokens.js';
import { texts } from '../../texts/index.js';

/** Mantine's darkest orange has a contrast of 4.3 with white; this one 5.2. */
const burntOrange = '#c2410c';

/** Filled, for white on these has contrast in both themes. */
const colours = {
  active: 'teal.9',
  retiring: burntOrange,
  suspended: burntOrange,
  disabled: 'gray.7',
  expired: 'gray.7',
  retired: 'gray.7',
  revoked: 'red.9',
} as const satisfies Record<ShownStatus, string>;

/** What would work, had the workspace a plan with tokens, is suspended. */
export function shownStatusOf({ status }: ApiToken, hasApiTokens: boolean): ShownStatus {
  return !hasApiTokens && (status === 'active' || status === 'retiring') ? 'suspended' : status;
}

export function TokenStatus({ status }: { status: ShownStatus }) {
  return (
    <Badge color={colours[status]} variant="filled" miw="max-content">
      {texts.apiTokens.statuses[status]}
    </Badge>
  );
}

export function TokenMode({ mode }: { mode: ApiToken['mode'] }) {
  return (
    <Badge variant="default" miw="max-content">
      {texts.apiTokens.modes[mode]}
    </Badge>
  );
}
