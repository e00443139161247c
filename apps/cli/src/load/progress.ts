import { Presets, SingleBar } from 'cli-progress';
import type { Output } from '../terminal/steps.js';

export interface Progress {
  add(count: number): void;
  stop(): void;
}

/** A bar in a terminal; elsewhere a line at every tenth part. */
export function showProgress(output: Output, total: number, unit = 'contacts'): Progress {
  return output.isTTY ? showBar(output, total, unit) : showLines(output, total);
}

function showBar(output: Output, total: number, unit: string): Progress {
  const bar = new SingleBar(
    {
      stream: output,
      format: `  {bar} {percentage} % | {value}/{total} ${unit} | {eta_formatted} left`,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { add: (count) => bar.increment(count), stop: () => bar.stop() };
}

function showLines(output: Output, total: number): Progress {
  let done = 0;
  let tenths = 0;
  return {
    add(count) {
      done += count;
      const reached = Math.floor((done * 10) / total);
      if (reached > tenths) output.write(`${reached * 10} %\n`);
      tenths = reached;
    },
    stop: () => undefined,
  };
}
