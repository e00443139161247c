import { styleText } from 'node:util';
import { formatDuration } from './duration.js';

/** A terminal or a file; only the former gets cursor movements. */
export interface Output extends NodeJS.WritableStream {
  isTTY?: boolean;
  columns?: number;
}

export interface StepsOptions {
  output: Output;
  /** Milliseconds on any steady clock. */
  now?: () => number;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;
const nameWidth = 10;
const detailWidth = 52;

/**
 * Tells how a start goes on, one line a step: what, how it came out, how long it took. In a terminal a spinner turns while
 * the step runs and becomes the tick; elsewhere each line is written once, when it is true. NO_COLOR is respected.
 */
export class Steps {
  readonly #output: Output;
  readonly #now: () => number;
  #spinner: NodeJS.Timeout | undefined;

  constructor({ output, now = () => performance.now() }: StepsOptions) {
    this.#output = output;
    this.#now = now;
  }

  /** Runs `work` as the step `name`. `describe` words its result; without it the step has only a name. */
  async run<T>(name: string, work: () => Promise<T>, describe: (result: T) => string = () => ''): Promise<T> {
    const startedAt = this.#now();
    this.#spin(name);
    try {
      const result = await work();
      this.#line(this.#style('green', '✔'), name, describe(result), this.#now() - startedAt);
      return result;
    } catch (error) {
      this.#line(this.#style('red', '✖'), name, 'failed', this.#now() - startedAt);
      throw error;
    } finally {
      this.#stopSpinner();
    }
  }

  /** A line of its own between steps, for what deserves attention without being a failure. */
  note(text: string): void {
    this.#clear();
    this.#output.write(`  ${this.#style('yellow', '!')} ${text}\n`);
  }

  #spin(name: string): void {
    if (!this.#output.isTTY) return;
    let frame = 0;
    const draw = () => {
      const sign = this.#style('cyan', frames[frame++ % frames.length] ?? '');
      this.#output.write(`\r  ${sign} ${name} …`);
    };
    draw();
    this.#spinner = setInterval(draw, frameMs);
  }

  #line(sign: string, name: string, detail: string, ms: number): void {
    this.#stopSpinner();
    this.#clear();
    const time = this.#style('dim', formatDuration(ms).padStart(8));
    this.#output.write(`  ${sign} ${name.padEnd(nameWidth)} ${detail.padEnd(detailWidth)} ${time}\n`);
  }

  #stopSpinner(): void {
    clearInterval(this.#spinner);
    this.#spinner = undefined;
  }

  #clear(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }

  #style(format: 'green' | 'red' | 'yellow' | 'cyan' | 'dim', text: string): string {
    return styleText(format, text, { stream: this.#output });
  }
}
