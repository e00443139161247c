import { Skeleton, Stack } from '@mantine/core';
import { texts } from '../texts/index.js';

export function PageSkeleton() {
  return (
    <Stack gap="lg" role="status" aria-label={texts.shell.loading}>
      <Skeleton height={32} width={220} />
      <Skeleton height={44} />
      <Skeleton height={240} />
    </Stack>
  );
}
