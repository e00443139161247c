import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { useComputedColorScheme } from '@mantine/core';
import { texts } from '../../../texts/index.js';
import { seriesColour } from './usage-colours.js';
import { seriesNames, type UsagePoint } from './usage-series.js';

const words = texts.apiTokens.token.usage;
const height = 240;

/** In a chunk of its own: what draws it is as large as the rest of the console. */
export default function UsageChart({ points }: { points: readonly UsagePoint[] }) {
  const scheme = useComputedColorScheme('light');
  return (
    <BarChart
      h={height}
      data={[...points]}
      dataKey="label"
      type="stacked"
      series={seriesNames.map((name) => ({ name, label: words.series[name], color: seriesColour(name, scheme) }))}
      valueFormatter={texts.common.number}
      tickLine="none"
      barProps={{ isAnimationActive: false, maxBarSize: 28 }}
      barChartProps={{ accessibilityLayer: false }}
      yAxisProps={{ allowDecimals: false, width: 48 }}
      xAxisProps={{ minTickGap: 24 }}
    />
  );
}
