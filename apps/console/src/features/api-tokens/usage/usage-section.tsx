import type { TokenUsageReport } from '@calkeep/contract';
import {
  Button,
  ColorSwatch,
  getThemeColor,
  Group,
  SegmentedControl,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  useComputedColorScheme,
  useMantineTheme,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { CodeBlock } from '../../../components/code-block.js';
import { ErrorState } from '../../../components/error-state.js';
import { Section } from '../../../components/section.js';
import { texts } from '../../../texts/index.js';
import { commandWith } from '../secret-once.js';
import { usageQuery } from '../token-queries.js';
import { seriesColour } from './usage-colours.js';
import { intervalOf, usageRanges, type UsageRange } from './usage-range.js';
import { countsOf, pointsOf, seriesNames, type SeriesName, type UsagePoint } from './usage-series.js';

const words = texts.apiTokens.token.usage;
const { number } = texts.common;
const UsageChart = lazy(() => import('./usage-chart.js'));
const height = 240;
const refreshMs = 15_000;
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** How often the token was used, and how that was answered. The period stands in the address. */
export function UsageSection({ ws, id }: { ws: string; id: string }) {
  const { range = '24h' } = useSearch({ from: '/signed-in/workspaces/$ws/api-tokens/$id' });
  const navigate = useNavigate({ from: '/workspaces/$ws/api-tokens/$id' });
  const usage = useQuery({ ...usageQuery(ws, id, range), refetchInterval: refreshMs });
  return (
    <Section
      title={words.title}
      text={words.exact}
      action={
        <SegmentedControl
          aria-label={words.range}
          size="xs"
          data={usageRanges.map((value) => ({ value, label: words.ranges[value] }))}
          value={range}
          onChange={(value) =>
            void navigate({ search: { range: usageRanges.find((known) => known === value) }, replace: true })
          }
        />
      }
    >
      {usage.error && <ErrorState error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.isPending && <Skeleton height={height} />}
      {usage.data && <Usage usage={usage.data} range={range} />}
    </Section>
  );
}

function Usage({ usage, range }: { usage: TokenUsageReport; range: UsageRange }) {
  const [isTable, setIsTable] = useState(false);
  if (usage.totals.requests === 0) return <NoUsage />;
  const points = pointsOf(usage, range);
  return (
    <Stack gap="md">
      <Totals usage={usage} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {intervalOf(range) === 'hour' ? words.perHour : words.perDay}
        </Text>
        <Button size="compact-xs" variant="default" onClick={() => setIsTable(!isTable)}>
          {isTable ? words.showChart : words.showTable}
        </Button>
      </Group>
      {isTable ? (
        <UsageTable points={points} range={range} />
      ) : (
        <div role="img" aria-label={words.chart(usage.totals.requests, words.rangeNames[range])}>
          <Suspense fallback={<Skeleton height={height} />}>
            <UsageChart points={points} />
          </Suspense>
        </div>
      )}
    </Stack>
  );
}

/** The chart's legend too. */
function Totals({ usage: { totals } }: { usage: TokenUsageReport }) {
  const counts = countsOf(totals);
  return (
    <SimpleGrid cols={{ base: 2, sm: 5 }} component="dl" m={0}>
      <Total name={words.requests} value={totals.requests} />
      {seriesNames.map((name) => (
        <Total
          key={name}
          name={words.series[name]}
          value={counts[name]}
          share={percent.format(counts[name] / totals.requests)}
          series={name}
        />
      ))}
    </SimpleGrid>
  );
}

interface TotalProps {
  readonly name: string;
  readonly value: number;
  readonly share?: string;
  readonly series?: SeriesName;
}

function Total({ name, value, share, series }: TotalProps) {
  const theme = useMantineTheme();
  const scheme = useComputedColorScheme('light');
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        <Group gap={6} component="span">
          {series && (
            <ColorSwatch component="span" color={getThemeColor(seriesColour(series, scheme), theme)} size={10} />
          )}
          {name}
        </Group>
      </Text>
      <Text component="dd" m={0} fw={600} size="lg">
        {number(value)}
      </Text>
      {share !== undefined && (
        <Text component="dd" m={0} size="xs" c="dimmed">
          {words.share(share)}
        </Text>
      )}
    </div>
  );
}

function UsageTable({ points, range }: { points: readonly UsagePoint[]; range: UsageRange }) {
  const used = points.filter(({ requests }) => requests > 0).toReversed();
  return (
    <Table.ScrollContainer minWidth={480} mah={360} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table stickyHeader captionSide="top">
        <Table.Caption>{words.tableCaption(words.rangeNames[range])}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.time}</Table.Th>
            <Table.Th ta="right">{words.requests}</Table.Th>
            {seriesNames.map((name) => (
              <Table.Th key={name} ta="right">
                {words.series[name]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {used.map((point) => (
            <Table.Tr key={point.at}>
              <Table.Th scope="row" fw={400}>
                {point.label}
              </Table.Th>
              <Table.Td ta="right">{number(point.requests)}</Table.Td>
              {seriesNames.map((name) => (
                <Table.Td key={name} ta="right">
                  {number(point[name])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function NoUsage() {
  return (
    <Stack gap="xs">
      <Text fw={500}>{words.empty}</Text>
      <Text size="sm" c="dimmed">
        {words.emptyHint}
      </Text>
      <CodeBlock code={commandWith('ck_live_…')} copyLabel={texts.apiTokens.generateToken.secret.copyCommand} />
    </Stack>
  );
}
