import { Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { texts } from '../../../texts/index.js';
import { expiryInstant, expiryPresets, inWords, isAllowed, type ExpiryChoice } from './token-expiry.js';

const words = texts.apiTokens.generateToken;

interface ExpiryFieldProps {
  readonly value: ExpiryChoice;
  readonly daysMax: number | null;
  readonly error?: ReactNode;
  readonly onChange: (value: ExpiryChoice) => void;
}

export function ExpiryField({ value, daysMax, error, onChange }: ExpiryFieldProps) {
  const id = useId();
  const isCustom = value.preset === 'custom';
  return (
    <Stack gap="xs" role="radiogroup" aria-label={words.expiry} aria-describedby={id}>
      <Text size="sm" fw={600}>
        {words.expiry}
      </Text>
      <Chip.Group
        value={value.preset}
        onChange={(chosen) =>
          onChange({ ...value, preset: expiryPresets.find((preset) => preset === chosen) ?? value.preset })
        }
      >
        <Group gap="xs">
          {expiryPresets.map((preset) => (
            <Chip key={preset} value={preset} disabled={!isAllowed(preset, daysMax)} radius="md">
              {words.expiries[preset]}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {isCustom && (
        <TextInput
          type="date"
          label={words.customDay}
          w={200}
          value={value.day}
          error={error}
          onChange={(event) => onChange({ ...value, day: event.currentTarget.value })}
        />
      )}
      <div id={id}>
        {!isCustom && Boolean(error) && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {sentenceOf(value)} {daysMax !== null && words.lifetimeMax(daysMax)}
        </Text>
      </div>
    </Stack>
  );
}

function sentenceOf(value: ExpiryChoice): string {
  if (value.preset === 'never') return words.expiresNever;
  const end = expiryInstant(value);
  return end === null ? '' : words.expiresOn(inWords(end));
}
