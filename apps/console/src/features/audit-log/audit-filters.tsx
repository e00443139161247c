import { auditActions } from '@calkeep/contract';
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../../texts/index.js';
import type { AuditSearch } from './audit-log.routes.js';
import { auditRanges, defaultRange } from './audit-range.js';

const words = texts.auditLog.filters;

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onChange: (change: Partial<AuditSearch>) => void;
  /** There is something to clear. */
  readonly onClear?: () => void;
}

export function AuditFilters({ search, onChange, onClear }: AuditFiltersProps) {
  const { range = defaultRange } = search;
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={words.range}
        w={170}
        allowDeselect={false}
        data={auditRanges.map((value) => ({ value, label: words.ranges[value] }))}
        value={range}
        onChange={(value) => onChange({ range: auditRanges.find((known) => known === value) })}
      />
      {range === 'custom' &&
        (['from', 'to'] as const).map((name) => (
          <TextInput
            key={name}
            type="datetime-local"
            label={words[name]}
            value={search[name] ?? ''}
            onChange={(event) => onChange({ [name]: event.currentTarget.value || undefined })}
          />
        ))}
      <Select
        label={words.action}
        w={220}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': words.anyAction }}
        placeholder={words.anyAction}
        data={auditActions.map((value) => ({ value, label: texts.auditLog.actions[value] }))}
        value={search.action ?? null}
        onChange={(value) => onChange({ action: auditActions.find((known) => known === value) })}
      />
      {(['actorId', 'targetId'] as const).map((name) => (
        <IdFilter
          key={`${name}:${search[name] ?? ''}`}
          label={words[name]}
          value={search[name] ?? ''}
          onChange={(value) => onChange({ [name]: value })}
        />
      ))}
      {onClear && (
        <Button variant="subtle" onClick={onClear}>
          {words.clear}
        </Button>
      )}
    </Group>
  );
}

interface IdFilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string | undefined) => void;
}

/** Taken when it was typed to the end: half an id is no id. */
function IdFilter({ label, value, onChange }: IdFilterProps) {
  const [typed, setTyped] = useState(value);
  const take = () => {
    if (typed.trim() !== value) onChange(typed.trim() || undefined);
  };
  return (
    <TextInput
      label={label}
      w={190}
      value={typed}
      spellCheck={false}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
    />
  );
}
