import { scopes as everyScope, type Scope } from '@calkeep/contract';
import { Box, Button, Checkbox, Group, Input, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { texts } from '../../../texts/index.js';

const words = texts.apiTokens.generateToken;
const presets = {
  readOnly: [
    'workspace:read',
    'contacts:read',
    'bookings:read',
    'tasks:read',
    'reminders:read',
    'calendar_health:read',
  ],
  syncContacts: ['contacts:read', 'contacts:write'],
  fullAccess: everyScope,
} as const satisfies Record<string, readonly Scope[]>;
const presetNames = ['readOnly', 'syncContacts', 'fullAccess'] as const satisfies readonly (keyof typeof presets)[];

interface ScopePickerProps {
  readonly value: readonly Scope[];
  /** Which can be chosen at all. */
  readonly offered?: readonly Scope[];
  readonly error?: ReactNode;
  readonly hint?: string;
  readonly hasPresets?: boolean;
  readonly onChange: (value: Scope[]) => void;
}

/** What the token may do, by what it is about. */
export function ScopePicker({
  value,
  offered = everyScope,
  error,
  hint = words.scopesHint,
  hasPresets = true,
  onChange,
}: ScopePickerProps) {
  const errorId = useId();
  const toggle = (scope: Scope) => {
    const next = value.includes(scope) ? value.filter((known) => known !== scope) : [...value, scope];
    onChange(everyScope.filter((known) => next.includes(known)));
  };
  return (
    <Box role="group" aria-label={words.scopes} {...(Boolean(error) && { 'aria-describedby': errorId })}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600}>
            {words.scopes}
          </Text>
          <Text size="sm" c="dimmed" aria-live="polite">
            {words.scopesChosen(value.length)}
          </Text>
        </Group>
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
        {hasPresets && <Presets value={value} onChange={onChange} />}
        {Boolean(error) && <Input.Error id={errorId}>{error}</Input.Error>}
        <Paper withBorder radius="md">
          {groupsOf(offered).map(([name, members]) => (
            <ScopeGroup key={name} name={name} scopes={members} chosen={value} onToggle={toggle} />
          ))}
        </Paper>
      </Stack>
    </Box>
  );
}

function Presets({ value, onChange }: Pick<ScopePickerProps, 'value' | 'onChange'>) {
  return (
    <Group gap="xs" role="group" aria-label={words.presets}>
      <Text size="xs" c="dimmed">
        {words.presets}
      </Text>
      {presetNames.map((name) => {
        const isChosen = presets[name].length === value.length && presets[name].every((scope) => value.includes(scope));
        return (
          <Button
            key={name}
            size="compact-sm"
            variant={isChosen ? 'filled' : 'default'}
            aria-pressed={isChosen}
            onClick={() => onChange([...presets[name]])}
          >
            {words.presetNames[name]}
          </Button>
        );
      })}
    </Group>
  );
}

interface ScopeGroupProps {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly chosen: readonly Scope[];
  readonly onToggle: (scope: Scope) => void;
}

function ScopeGroup({ name, scopes, chosen, onToggle }: ScopeGroupProps) {
  return (
    <Box className="divided" p="sm" role="group" aria-label={texts.scopeGroups[name] ?? name}>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" verticalSpacing="xs">
        <Text size="sm" fw={500}>
          {texts.scopeGroups[name] ?? name}
        </Text>
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            label={texts.scopes[scope].access}
            description={texts.scopes[scope].sentence}
            checked={chosen.includes(scope)}
            onChange={() => onToggle(scope)}
          />
        ))}
      </SimpleGrid>
    </Box>
  );
}

function groupsOf(scopes: readonly Scope[]): [name: string, scopes: Scope[]][] {
  const groups = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const [name = scope] = scope.split(':');
    groups.set(name, [...(groups.get(name) ?? []), scope]);
  }
  return [...groups];
}
