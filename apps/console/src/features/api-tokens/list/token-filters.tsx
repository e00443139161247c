import { tokenStatuses } from '@calkeep/contract';
import { Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { texts } from '../../../texts/index.js';
import type { TokensSearch } from '../api-tokens.routes.js';

const words = texts.apiTokens;
const typingMs = 300;
const queryLengthMax = 100;

interface TokenFiltersProps {
  readonly search: TokensSearch;
  readonly onChange: (search: TokensSearch) => void;
}

/** The report of orphans knows no filters: choosing it drops them. */
export function TokenFilters({ search, onChange }: TokenFiltersProps) {
  const [typed, setTyped] = useState(search.q ?? '');
  const take = useDebouncedCallback((q: string) => onChange({ ...search, page: undefined, q: q.trim() || undefined }), {
    delay: typingMs,
  });
  return (
    <Group gap="sm">
      <SegmentedControl
        aria-label={words.view}
        data={[
          { value: 'all', label: words.views.all },
          { value: 'expiring', label: words.views.expiring },
          { value: 'orphans', label: words.views.orphans },
        ]}
        value={search.view ?? 'all'}
        onChange={(value) => {
          setTyped('');
          onChange({ view: value === 'expiring' || value === 'orphans' ? value : undefined });
        }}
      />
      {search.view === undefined && (
        <>
          <TextInput
            aria-label={words.search}
            placeholder={words.search}
            type="search"
            w={260}
            maxLength={queryLengthMax}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              take(event.currentTarget.value);
            }}
          />
          <Select
            aria-label={words.status}
            placeholder={words.anyStatus}
            clearable
            clearButtonProps={{ 'aria-label': words.anyStatus }}
            w={180}
            data={tokenStatuses.map((value) => ({ value, label: words.statuses[value] }))}
            value={search.status ?? null}
            onChange={(value) =>
              onChange({ ...search, page: undefined, status: tokenStatuses.find((status) => status === value) })
            }
          />
        </>
      )}
    </Group>
  );
}
