import { Group, Progress, Stack, Text } from '@mantine/core';
import { texts } from '../texts/index.js';

interface UseBarProps {
  readonly name: string;
  readonly used: number;
  /** `null`: as many as one likes. */
  readonly limit: number | null;
}

const hundred = 100;
/** From here on it is time to think of it. */
const nearlyFull = 0.9;

/** How much of what a plan allows is taken. */
export function UseBar({ name, used, limit }: UseBarProps) {
  const share = limit === null || limit === 0 ? 0 : used / limit;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="sm">
        <Text size="sm">{name}</Text>
        <Text size="sm" fw={500}>
          {texts.overview.use.of(used, limit)}
        </Text>
      </Group>
      {limit !== null && (
        <Progress
          value={Math.min(1, share) * hundred}
          aria-label={name}
          size="sm"
          {...(share >= nearlyFull && { color: 'orange.8' })}
        />
      )}
    </Stack>
  );
}
