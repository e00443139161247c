import { afterAll, beforeAll } from 'vitest';
import { startApi, type ApiProcess, type ApiProcessOptions } from './api-process.js';
import { Console } from './console.js';
import { callerOf, type Call, type CallOptions } from './client.js';

export interface UsedApi {
  readonly process: ApiProcess;
  /** From an address of the file's own. */
  readonly call: Call;
  /** Another caller, with an address of its own. */
  caller(defaults?: CallOptions): Call;
  /** A browser at the console, not signed in, with an address of its own. */
  console(defaults?: CallOptions): Console;
}

/** One API process for the tests of a file, or of a `describe`. */
export function useApi(options: ApiProcessOptions = {}): UsedApi {
  let started: { process: ApiProcess; call: Call } | undefined;
  beforeAll(async () => {
    const process = await startApi(options);
    started = { process, call: callerOf(process.baseUrl) };
  });
  afterAll(async () => {
    await started?.process.stop();
  });
  const running = () => {
    if (!started) throw new Error('the API runs only while tests do');
    return started;
  };
  return {
    get process() {
      return running().process;
    },
    call: (path, callOptions) => running().call(path, callOptions),
    console: (defaults) => new Console(running().process.baseUrl, defaults),
    caller: (defaults) => callerOf(running().process.baseUrl, defaults),
  };
}
