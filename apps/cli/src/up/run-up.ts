import { mkdir } from 'node:fs/promises';
import { CliError } from '../cli-error.js';
import type { Settings } from '../settings.js';
import { Steps } from '../terminal/steps.js';
import { checkPort } from './check-port.js';
import { acquireInstanceLock, type InstanceLock } from './instance-lock.js';
import { startEverything } from './start-everything.js';
import { StopRequest } from './stop-request.js';
import { StopStack } from './stop-stack.js';
import { summary } from './summary.js';

/**
 * Starts everything on this machine, says how to use it, and stays until it is asked to stop; then stops what it started
 * in the opposite order. @throws CliError when that cannot be, or a part that is needed dies for good.
 */
export async function runUp(
  settings: Settings,
  { isVerbose, processes }: { isVerbose: boolean; processes: number | undefined },
): Promise<void> {
  refuseProduction(settings);
  const output = process.stdout;
  // A terminal that was closed, or a `| head` that has seen enough, must not keep us from stopping in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
  const lock = await takeLock(settings.dataDir);
  const started = new StopStack();
  started.push(() => lock.release());
  const stop = new StopRequest({ isParentWatched: settings.isRunByNpm });
  try {
    await checkPort(settings.host, settings.port);
    output.write('\n');
    const steps = new Steps({ output });
    const { demo, baseUrl, ownerUrl, failed } = await startEverything({
      ...{ settings, isVerbose, processes, stop, started, steps },
    });
    lock.publish({ baseUrl, databaseUrl: ownerUrl });
    // Counts from the start of the process.
    output.write(summary({ demo, dataDir: settings.dataDir, elapsedMs: performance.now() }, output));
    await Promise.race([stop.received, failed]);
  } catch (error) {
    // What is interrupted may fail because of that; only what fails unasked is a failure.
    if (!stop.isReceived) throw error;
  } finally {
    if (stop.isReceived) output.write('\n  Stopping …\n');
    await started.stopAll();
    if (stop.isReceived) output.write(`  Stopped. The data stays in ${settings.dataDir}.\n`);
  }
}

function refuseProduction({ isProduction }: Settings): void {
  if (!isProduction) return;
  throw new CliError(
    '`calkeep up` is for development and demos, and NODE_ENV is production. In production, apply the migrations with ' +
      '`calkeep migrate` and run the API itself: node apps/api/dist/main.js',
  );
}

async function takeLock(dataDir: string): Promise<InstanceLock> {
  const result = await acquireInstanceLock(dataDir);
  if ('lock' in result) return result.lock;
  const { baseUrl, pid } = result.runningInstance;
  const what = baseUrl === null ? 'is just starting' : `is already running at ${baseUrl}`;
  throw new CliError(
    `CalKeep ${what} (process ${pid}, data in ${dataDir}).\n` +
      'Stop it with Ctrl-C there, or run another one beside it: PORT=3001 CALKEEP_DATA_DIR=.calkeep-2 npm start',
  );
}
