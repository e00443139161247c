import { Presets, SingleBar } from 'cli-progress';
import type { Output } from '../terminal/steps.js';

export interface Progress {
  add(rows: number): void;
  stop(): void;
}

/** A bar in a terminal; elsewhere a line at every tenth part. */
export function showProgress(output: Output, total: number): Progress {
  return output.isTTY ? showBar(output, total) : showLines(output, total);
}

function showBar(output: Output, total: number): Progress {
  const bar = new SingleBar(
    {
      stream: output,
      format: '  {bar} {percentage} % | {value}/{total} contacts | {eta_formatted} left',
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { add: (rows) => bar.increment(rows), stop: () => bar.stop() };
}

function showLines(output: Output, total: number): Progress {
  let done = 0;
  let tenths = 0;
  return {
    add(rows) {
      done += rows;
      const reached = Math.floor((done * 10) / total);
      if (reached > tenths) output.write(`${reached * 10} %\n`);
      tenths = reached;
    },
    stop: () => undefined,
  };
}
