import { Group, Text } from '@mantine/core';

/** The sign beside the name; on narrow screens the sign alone. */
export function Logo() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/favicon.svg" alt="" width={26} height={26} />
      <Text fw={700} visibleFrom="xs">
        CalKeep
      </Text>
    </Group>
  );
}
