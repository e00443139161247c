import { ownSessionsData } from '@calkeep/contract';
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../../../api/call.js';
import { allowlistOf, IpAllowlistInput } from '../../../components/ip-allowlist-input.js';
import { texts } from '../../../texts/index.js';

const words = texts.apiTokens.generateToken;

interface AllowlistFieldProps {
  readonly value: string;
  readonly error?: ReactNode;
  readonly hasWorkspaceList: boolean;
  readonly onChange: (value: string) => void;
}

export function AllowlistField({ value, error, hasWorkspaceList, onChange }: AllowlistFieldProps) {
  const address = useOwnAddress();
  return (
    <Stack gap={6}>
      <IpAllowlistInput
        label={words.ipAllowlist}
        description={words.ipAllowlistHint}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {address !== null && !allowlistOf(value).includes(address) && (
        <Group gap={6}>
          <Text size="xs" c="dimmed">
            {words.yourAddress(address)}
          </Text>
          <Anchor
            component="button"
            type="button"
            size="xs"
            underline="always"
            onClick={() => onChange([...allowlistOf(value), address].join('\n'))}
          >
            {words.addYourAddress}
          </Anchor>
        </Group>
      )}
      {hasWorkspaceList && (
        <Text size="xs" c="dimmed">
          {words.workspaceAllowlist}
        </Text>
      )}
    </Stack>
  );
}

/** As the server saw it when the session began; `null` where it did not. */
function useOwnAddress(): string | null {
  const { data } = useQuery({
    queryKey: ['own-address'],
    queryFn: async ({ signal }) => {
      const { sessions } = await call(ownSessionsData, '/app/auth/sessions', { signal, isChallenged: false });
      return sessions.find(({ isCurrent }) => isCurrent)?.ip ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? null;
}
