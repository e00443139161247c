// Preloaded into an API process: on SIGUSR2 it prints how long its event loop was held up at most since the last one.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('SIGUSR2', () => {
  process.stdout.write(`${JSON.stringify({ loopDelayMs: delay.max / 1e6 })}\n`);
  delay.reset();
});
