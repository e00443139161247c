import { rotatedTokenData, type ApiToken } from '@calkeep/contract';
import { Box, Button, Group, Radio, Stack, Text } from '@mantine/core';
import { IconRefreshOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { workspaceQuery } from '../../api/workspace.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { sinceOrUntil } from '../../components/instant.js';
import { PageHeader } from '../../components/page-header.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import { OldSecretWatch } from './detail/old-secret-watch.js';
import { isRotatable } from './detail/token-actions.js';
import { ForAdministrators } from './for-administrators.js';
import { SecretOnce } from './secret-once.js';
import { tokenQuery, tokensPath, useRefreshTokens } from './token-queries.js';
import { EnrolFirst, TokenRefusal } from './token-refusal.js';

const words = texts.apiTokens.token.rotate;
const widthMax = 820;
const overlaps = ['0', '3600', '86400', '604800'] as const;
type Overlap = (typeof overlaps)[number];

export function RotateTokenPage() {
  return <ForAdministrators>{(ws) => <Rotation ws={ws} />}</ForAdministrators>;
}

interface Rotated {
  readonly id: string;
  readonly label: string;
  readonly secret: string;
}

function Rotation({ ws }: { ws: string }) {
  const { id } = useParams({ from: '/signed-in/workspaces/$ws/api-tokens/$id/rotate' });
  const navigate = useNavigate();
  const [rotated, setRotated] = useState<Rotated | null>(null);
  const token = useQuery(tokenQuery(ws, id));
  if (rotated)
    return (
      <Stack maw={widthMax} gap="lg">
        <PageHeader title={rotated.label} />
        <SecretOnce
          secret={rotated.secret}
          onDone={() => void navigate({ to: `/workspaces/${ws}/api-tokens/${rotated.id}` })}
        />
        <OldSecretWatch ws={ws} id={id} />
      </Stack>
    );
  if (token.error) return <ErrorState error={token.error} onRetry={() => void token.refetch()} />;
  if (!token.data) return <PageSkeleton />;
  return (
    <Box maw={widthMax}>
      <PageHeader title={words.title(token.data.label)} description={words.description} />
      {isRotatable(token.data) ? (
        <RotateForm ws={ws} token={token.data} onRotated={setRotated} />
      ) : (
        <EmptyState
          icon={IconRefreshOff}
          title={words.impossible}
          explanation={words.impossibleText}
          action={<BackButton ws={ws} id={id} />}
        />
      )}
    </Box>
  );
}

function BackButton({ ws, id, label = words.back }: { ws: string; id: string; label?: string }) {
  return (
    <Button component={Link} to={`/workspaces/${ws}/api-tokens/${id}`} variant="default">
      {label}
    </Button>
  );
}

interface RotateFormProps {
  readonly ws: string;
  readonly token: ApiToken;
  readonly onRotated: (rotated: Rotated) => void;
}

function RotateForm({ ws, token: { id, expiresAt }, onRotated }: RotateFormProps) {
  const [overlap, setOverlap] = useState<Overlap>('86400');
  const { data: workspace } = useQuery(workspaceQuery(ws));
  const refresh = useRefreshTokens(ws);
  const rotate = useMutation({
    // The secret goes to the page and not into what the cache keeps of this.
    mutationFn: async () => {
      const body = { overlapSeconds: Number(overlap) };
      const answer = await call(rotatedTokenData, `${tokensPath(ws)}/${id}/rotate`, { method: 'POST', body });
      onRotated({ id: answer.token.id, label: answer.token.label, secret: answer.secret });
    },
    onSettled: refresh,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rotate.mutate();
      }}
    >
      <Stack gap="lg">
        <EnrolFirst />
        <OverlapField value={overlap} onChange={setOverlap} />
        <Text size="sm" c="dimmed">
          {words.sunset} {expiresAt !== null && words.capped(sinceOrUntil(new Date(expiresAt)))}
        </Text>
        <TokenRefusal ws={ws} planName={workspace?.plan.name ?? ''} error={rotate.error} />
        <Group>
          <Button type="submit" loading={rotate.isPending}>
            {words.submit}
          </Button>
          <BackButton ws={ws} id={id} label={texts.common.cancel} />
        </Group>
      </Stack>
    </form>
  );
}

function OverlapField({ value, onChange }: { value: Overlap; onChange: (value: Overlap) => void }) {
  return (
    <Radio.Group
      label={words.overlap}
      value={value}
      onChange={(chosen) => onChange(overlaps.find((overlap) => overlap === chosen) ?? value)}
    >
      <Stack mt="xs" gap="sm">
        {overlaps.map((overlap) => (
          <Radio
            key={overlap}
            value={overlap}
            label={words.overlaps[overlap].title}
            description={words.overlaps[overlap].text}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
