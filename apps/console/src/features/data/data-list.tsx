import type { WalkPagination } from '@calkeep/contract';
import { Button, Paper, SegmentedControl, Group, Select, Stack, Table, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconTable } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import type { z } from 'zod';
import { call, queryText } from '../../api/call.js';
import { sees, useOwnWorkspace } from '../../api/session.js';
import { CodeBlock } from '../../components/code-block.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { NotAllowed } from '../../components/not-allowed.js';
import { PageHeader } from '../../components/page-header.js';
import { Pager } from '../../components/pager.js';
import { Section } from '../../components/section.js';
import { PageSkeleton } from '../../shell/page-skeleton.js';
import { texts } from '../../texts/index.js';
import type { DataSearch } from './data-search.js';

const words = texts.data;
const limit = 50;
const widthMin = 820;
const typingMs = 300;

export interface DataKind<Row> {
  /** As in the address, of the console and of the API. */
  readonly resource: 'contacts' | 'bookings' | 'tasks';
  readonly title: string;
  readonly description: string;
  readonly empty: string;
  readonly emptyText: string;
  readonly columns: Readonly<Record<string, string>>;
  /** The placeholder of the search, where there is one. */
  readonly search?: string;
  readonly statuses?: Readonly<Record<string, string>>;
  readonly schema: z.ZodType<{ readonly pagination: WalkPagination }>;
  rowsOf(data: unknown): readonly Row[];
  keyOf(row: Row): string;
  /** One cell a column. */
  cellsOf(row: Row): readonly ReactNode[];
}

interface DataListProps<Row> {
  readonly kind: DataKind<Row>;
  readonly search: DataSearch;
}

/** One of the lists that tokens see, for people to look at. */
export function DataList<Row>({ kind, search }: DataListProps<Row>) {
  const { ws } = useParams({ from: '/signed-in/workspaces/$ws' });
  const role = useOwnWorkspace(ws)?.role;
  if (role === undefined || !sees.data(role)) return <NotAllowed title={kind.title} />;
  return <List ws={ws} kind={kind} search={search} />;
}

function List<Row>({ ws, kind, search }: DataListProps<Row> & { ws: string }) {
  const navigate = useNavigate();
  const { mode = 'live', q, status, page = 1 } = search;
  const go = (next: DataSearch) => void navigate({ to: '.', search: next, replace: true });
  const list = useQuery({
    queryKey: ['workspace', ws, kind.resource, search],
    queryFn: ({ signal }) =>
      call(kind.schema, `/app/workspaces/${ws}/${kind.resource}`, {
        query: { mode, q, status, page, limit },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const rows = list.data ? kind.rowsOf(list.data) : [];
  const isFiltered = q !== undefined || status !== undefined;
  return (
    <>
      <PageHeader title={kind.title} description={kind.description} />
      <Stack gap="lg">
        <Filters kind={kind} search={search} onChange={(change) => go({ ...search, page: undefined, ...change })} />
        {list.error && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <PageSkeleton />}
        {list.data && rows.length === 0 && (
          <EmptyState
            icon={IconTable}
            title={isFiltered ? words.filtered : kind.empty}
            explanation={isFiltered ? words.filteredText : kind.emptyText}
            action={
              isFiltered && (
                <Button variant="default" onClick={() => go({ mode: search.mode })}>
                  {words.clear}
                </Button>
              )
            }
          />
        )}
        {list.data && rows.length > 0 && (
          <div>
            <Rows kind={kind} rows={rows} />
            {'page' in list.data.pagination && (
              <Pager {...list.data.pagination} onPage={(next) => go({ ...search, page: next })} />
            )}
          </div>
        )}
        <Section title={words.same}>
          <CodeBlock code={commandFor(kind.resource, { mode, q, status, page })} copyLabel={words.copy} />
        </Section>
      </Stack>
    </>
  );
}

function Rows<Row>({ kind, rows }: { kind: DataKind<Row>; rows: readonly Row[] }) {
  const names = Object.keys(kind.columns);
  return (
    <Paper withBorder radius="md">
      <Table.ScrollContainer minWidth={widthMin}>
        <Table verticalSpacing="xs" horizontalSpacing="md" aria-label={kind.title}>
          <Table.Thead>
            <Table.Tr>
              {names.map((name) => (
                <Table.Th key={name}>{kind.columns[name]}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={kind.keyOf(row)}>
                {kind.cellsOf(row).map((cell, column) => (
                  <Table.Td key={names[column]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

interface FiltersProps<Row> {
  readonly kind: DataKind<Row>;
  readonly search: DataSearch;
  readonly onChange: (change: Partial<DataSearch>) => void;
}

function Filters<Row>({ kind, search, onChange }: FiltersProps<Row>) {
  const [typed, setTyped] = useState(search.q ?? '');
  const take = useDebouncedCallback((q: string) => onChange({ q: q.trim() || undefined }), typingMs);
  return (
    <Group gap="sm" align="flex-end">
      <SegmentedControl
        aria-label={words.mode}
        data={[
          { value: 'live', label: words.modes.live },
          { value: 'sandbox', label: words.modes.sandbox },
        ]}
        value={search.mode ?? 'live'}
        onChange={(value) => onChange({ mode: value === 'sandbox' ? 'sandbox' : undefined })}
      />
      {kind.search !== undefined && (
        <TextInput
          aria-label={words.search}
          placeholder={kind.search}
          type="search"
          w={260}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            take(event.currentTarget.value);
          }}
        />
      )}
      {kind.statuses && (
        <Select
          aria-label={words.status}
          placeholder={words.anyStatus}
          clearable
          clearButtonProps={{ 'aria-label': words.anyStatus }}
          w={180}
          data={Object.entries(kind.statuses).map(([value, label]) => ({ value, label }))}
          value={search.status ?? null}
          onChange={(value) => onChange({ status: value ?? undefined })}
        />
      )}
    </Group>
  );
}

/** The public list with the same rows; which data it is about, the token says. */
function commandFor(
  resource: string,
  { mode, ...query }: Omit<DataSearch, 'mode'> & { mode: 'live' | 'sandbox' },
): string {
  const url = `${window.location.origin}/api/v1/${resource}${queryText({ ...query, limit })}`;
  return `curl -sS -H 'Authorization: Bearer ${mode === 'live' ? 'ck_live_…' : 'ck_test_…'}' '${url}'`;
}
