import type { ApiToken } from '@calkeep/contract';
import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleDot } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { sinceOrUntil } from '../../../components/instant.js';
import { Section } from '../../../components/section.js';
import { texts } from '../../../texts/index.js';
import { tokenQuery, usageQuery } from '../token-queries.js';
import { RevokeDialog } from './revoke-dialog.js';
import { isOver } from './token-actions.js';
import { useNow } from './use-now.js';

const words = texts.apiTokens.token.watch;
const pollMs = 3_000;
const tickMs = 1_000;
const minuteMs = 60_000;

interface OldSecretWatchProps {
  readonly ws: string;
  /** Of the token that was rotated. */
  readonly id: string;
}

/** Whether anything still calls with the secret that is about to end; from here it can be ended. */
export function OldSecretWatch({ ws, id }: OldSecretWatchProps) {
  const [isRevoking, setIsRevoking] = useState(false);
  const { data: token } = useQuery({
    ...tokenQuery(ws, id),
    refetchInterval: ({ state: { data } }) => (data && isOver(data) ? false : pollMs),
  });
  if (!token) return null;
  return (
    <Section title={words.title} action={!isOver(token) && <Badge variant="default">{words.live}</Badge>}>
      {isOver(token) ? (
        <Text size="sm">{words.over}</Text>
      ) : (
        <Stack gap="xs">
          <Verdict ws={ws} token={token} />
          {token.retiresAt !== null && (
            <Text size="sm" c="dimmed">
              {words.ends(sinceOrUntil(new Date(token.retiresAt)))}
            </Text>
          )}
        </Stack>
      )}
      <Group gap="md">
        {!isOver(token) && (
          <Button color="red.9" size="xs" onClick={() => setIsRevoking(true)}>
            {words.revoke}
          </Button>
        )}
        <Anchor component={Link} to={`/workspaces/${ws}/api-tokens/${id}`} size="sm">
          {words.show}
        </Anchor>
      </Group>
      {isRevoking && <RevokeDialog ws={ws} token={token} onClose={() => setIsRevoking(false)} />}
    </Section>
  );
}

function Verdict({ ws, token }: { ws: string; token: ApiToken }) {
  const usage = useQuery({ ...usageQuery(ws, token.id, '24h'), refetchInterval: pollMs });
  const requests = usage.data?.totals.requests;
  const seenAt = useLastIncrease(requests, usage.dataUpdatedAt);
  const now = useNow(tickMs);
  const usedAt = lastUseOf(token, seenAt);
  return (
    <Stack gap={2}>
      <Group gap="xs" role="status" wrap="nowrap">
        {usedAt === null ? (
          <IconCircleCheck size={20} color="var(--mantine-color-teal-6)" aria-hidden />
        ) : (
          <IconCircleDot size={20} color="var(--mantine-color-orange-6)" aria-hidden />
        )}
        <Text size="sm" fw={500}>
          {usedAt === null ? words.quiet : words.inUse(agoOf(usedAt, now))}
        </Text>
      </Group>
      {requests !== undefined && (
        <Text size="xs" c="dimmed">
          {words.requests(requests)}
        </Text>
      )}
    </Stack>
  );
}

/** The first use after the rotation is recorded at once; of a steady one the counts tell. `null`: none since. */
function lastUseOf({ lastUsedAt, rotatedAt }: ApiToken, seenAt: number | null): number | null {
  const recorded = lastUsedAt === null ? 0 : Date.parse(lastUsedAt);
  const isSince = rotatedAt !== null && recorded > Date.parse(rotatedAt);
  const latest = Math.max(isSince ? recorded : 0, isSince ? (seenAt ?? 0) : 0);
  return latest === 0 ? null : latest;
}

/** When the count was last seen to grow; `null` while it has not. */
function useLastIncrease(count: number | undefined, readAt: number): number | null {
  const [seen, setSeen] = useState<{ count: number; at: number | null } | null>(null);
  if (count !== undefined && count !== seen?.count)
    setSeen({ count, at: seen === null || count < seen.count ? (seen?.at ?? null) : readAt });
  return seen?.at ?? null;
}

function agoOf(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  return ms < minuteMs ? words.seconds(Math.round(ms / tickMs)) : sinceOrUntil(new Date(at), now);
}
