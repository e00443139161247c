import { Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { texts } from '../../../texts/index.js';

const words = texts.apiTokens.generateToken;
type Mode = 'live' | 'test';
const modes = ['live', 'test'] as const satisfies readonly Mode[];

export function ModeField({ value, onChange }: { value: Mode; onChange: (mode: Mode) => void }) {
  return (
    <Radio.Group
      label={words.mode}
      value={value}
      onChange={(chosen) => onChange(modes.find((mode) => mode === chosen) ?? value)}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
        {modes.map((mode) => (
          <Radio.Card
            key={mode}
            value={mode}
            p="md"
            radius="md"
            aria-label={words.modes[mode].title}
            style={{ display: 'flex', alignItems: 'flex-start' }}
          >
            <Stack gap={4}>
              <Text size="sm" fw={500} style={{ display: 'flex', gap: 8, alignItems: 'center' }} component="div">
                <Radio.Indicator />
                {words.modes[mode].title}
              </Text>
              <Text size="xs" c="dimmed">
                {words.modes[mode].text}
              </Text>
            </Stack>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
