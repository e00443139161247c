import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { texts } from '../../../texts/index.js';
import { Notice } from '../notice.js';
import { attentionQuery, expiringDays } from '../token-queries.js';

const words = texts.apiTokens.attention;

/** Tokens that will stop, or that nobody looks after, before anything else on the page. */
export function Attention({ ws }: { ws: string }) {
  const { data } = useQuery(attentionQuery(ws));
  if (!data || data.expiring + data.orphans === 0) return null;
  return (
    <Notice title={words.title}>
      <Stack gap={4}>
        {data.expiring > 0 && <Line ws={ws} view="expiring" text={words.expiring(data.expiring, expiringDays)} />}
        {data.orphans > 0 && <Line ws={ws} view="orphans" text={words.orphans(data.orphans)} />}
      </Stack>
    </Notice>
  );
}

function Line({ ws, view, text }: { ws: string; view: 'expiring' | 'orphans'; text: string }) {
  return (
    <Group gap="xs">
      <Text size="sm">{text}</Text>
      <Anchor
        size="sm"
        underline="always"
        renderRoot={(props) => <Link to="/workspaces/$ws/api-tokens" params={{ ws }} search={{ view }} {...props} />}
      >
        {words.show[view]}
      </Anchor>
    </Group>
  );
}
